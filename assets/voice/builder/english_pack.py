#!/usr/bin/env python3
"""Build the English voice pack from Kokoro-82M (style vector af_heart), the engine of the Vietnamese one.

  english_pack.py --packages SITE_PACKAGES --npm DIR_WITH_package/ --out ../en-kokoro

The packages are those of build_pack.py. The words are those of ../phrases-en.toml; Debian's espeak-ng, run as a
process, gives their sounds in IPA, of which the model's alphabet is taken. Nothing else is imposed on the model.
"""
import argparse, hashlib, subprocess
from pathlib import Path
import numpy as np, soundfile as sf
from build_pack import DUR, EN, F0, SR, Voice, clip
from espeak_pack import EN as NUMBERS, texts

STYLE, SPEED = "af_heart", 0.9
# espeak's way of writing a sound where the model's alphabet has another.
SPELT = [("r", "ɹ"), ("x", "k"), ("ɬ", "l"), ("ɐ", "ə"), ("ᵻ", "ɪ"), ("ɚ", "əɹ"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"),
         ("oʊ", "O"), ("ɔɪ", "Y"), ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ː", "")]


def sounds(text):
    out = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", "en-us", text], check=True, capture_output=True, text=True).stdout
    ipa = ", ".join(line.strip() for line in out.strip().splitlines())
    for theirs, ours in SPELT:
        ipa = ipa.replace(theirs, ours)
    return ipa


def say(voice, text):
    tokens = [0] + [voice.voc[c] for c in sounds(text) + "." if c in voice.voc] + [0]
    tk, style = np.array([tokens], np.int64), voice.style[min(len(tokens) - 2, len(voice.style) - 1)][None]
    d = voice.m1.run(None, {"tokens": tk, "style": style, "speed": np.array([SPEED], np.float32)})[0]
    f, n = voice.m2.run(None, {"tokens": tk, "style": style, DUR: d})
    return np.asarray(voice.m3.run(None, {"tokens": tk, "style": style, DUR: d, F0: f, EN: n})[0]).ravel()


def main():
    ap = argparse.ArgumentParser()
    for name in ("--packages", "--npm", "--out"):
        ap.add_argument(name, required=True)
    a = ap.parse_args()
    out, voice, rows = Path(a.out), Voice(a.packages, a.npm, STYLE), []
    out.mkdir(parents=True, exist_ok=True)
    for key, text in texts("en", NUMBERS).items():
        # A letter alone is read as its name; "a" as a word would be an article.
        y = say(voice, f"{text}." if not key.startswith("l_") else f"{text}")
        z, file = clip(y, 0, len(y), 0, 0), out / f"{key}.flac"
        sf.write(file, z, SR, subtype="PCM_16", format="FLAC")
        rows.append((key, file.name, text, hashlib.sha256(file.read_bytes()).hexdigest()))
    head = ['name = "en-kokoro"', 'lang = "en"', 'voice = "synthetic female (Kokoro-82M style af_heart)"', 'class = "fallback"',
            'licence = "Apache-2.0 (model and voice vector: hexgrad/Kokoro-82M; int8 export: kokoro-onnx, MIT)"',
            'source = "builder/english_pack.py; the packages of builder/build_pack.py"', f"sample_rate = {SR}",
            'notice = "Machine-made voice. Not judged by a human listener."', "", "[clips]"]
    head += [f'"{k}" = "{f}"' for k, f, *_ in rows] + ["", "[text]"] + [f'"{k}" = "{t}"' for k, _, t, _ in rows]
    head += ["", "[sha256]"] + [f'"{k}" = "{h}"' for k, *_, h in rows]
    (out / "pack.toml").write_text("\n".join(head) + "\n", encoding="utf-8")
    print(len(rows), "clips")


if __name__ == "__main__":
    main()
