"""From any mark to its sentences: concordances, collocates, and explorers for JupyterLab."""
