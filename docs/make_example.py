"""Copy a finished run of the demonstration into docs/example, or compare it with what is there.

Usage: python docs/make_example.py results/demo [--check]
"""

import io
import json
import re
import shutil
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from PIL import Image

EXAMPLE = Path(__file__).parent / "example"
KEPT = ("findings.json", "numbers.json", "methods.md")
WIDTH, COLOURS = 1000, 64  # of a picture: all of them together are under 3 MB
PICTURE = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")  # in a notebook


def in_few_colours(found: re.Match[str]) -> str:
    """A picture in base64 in fewer colours, of the same size."""
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(b64decode(found[0]))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return b64encode(buffer.getvalue()).decode()


def shrink(path: Path, folder: Path) -> None:
    """A smaller copy of a picture, in few colours."""
    picture = Image.open(path).convert("RGB")
    picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)))
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / path.name, optimize=True)


def main(results: Path) -> None:
    """Write the example; what an earlier one left is removed."""
    shutil.rmtree(EXAMPLE, ignore_errors=True)
    for folder in ("notebooks", "figures"):
        (EXAMPLE / folder).mkdir(parents=True)
    for path in sorted(results.glob("notebooks/*.ipynb")):
        text = PICTURE.sub(in_few_colours, path.read_text(encoding="utf-8"))
        (EXAMPLE / "notebooks" / path.name).write_text(text, encoding="utf-8")
    for name in KEPT:
        shutil.copy(results / name, EXAMPLE / name)
    exhibits = {}
    for record in sorted(results.glob("records/*.json")):
        for item in json.loads(record.read_text(encoding="utf-8"))["exhibits"]:
            if "figure" in item and not item.get("private"):
                shrink(results / f"figures/{item['name']}.png", EXAMPLE / "figures")
                words = {
                    part: item.get(part, {})
                    for part in ("title", "caption", "notes", "alternative")
                }
                exhibits[item["name"]] = words | {"notebook": record.stem}
    text = json.dumps(exhibits, ensure_ascii=False, indent=1)
    (EXAMPLE / "exhibits.json").write_text(text + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file())
    print(f"{EXAMPLE.name}: {len(exhibits)} figures, {size / 1e6:.1f} MB")


def check(results: Path) -> list[str]:
    """What a fresh run says otherwise than the example: sentences, numbers, names of figures."""
    lines = []
    for name in KEPT:
        old, new = (folder / name for folder in (EXAMPLE, results))
        if old.read_text(encoding="utf-8") != new.read_text(encoding="utf-8"):
            lines.append(f"{name} differs")
    old_pictures = {path.stem for path in EXAMPLE.glob("figures/*.png")}
    new_pictures = {path.stem for path in results.glob("figures/*.png")}
    return lines + sorted(f"figure {name} differs" for name in old_pictures ^ new_pictures)


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = check(Path(sys.argv[1]))
        sys.exit("\n".join([*found, "make example makes it anew"]) if found else 0)
    main(Path(sys.argv[1]))
