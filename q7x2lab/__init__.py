"""From a table of Arabic news articles to figures, tables and numbers.

>>> import q7x2lab as q
>>> q.tokenize("وقال بوتين")
['وقال', 'بوتين']
"""

__version__ = "0.1.0"
