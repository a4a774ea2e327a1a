#!/usr/bin/env python3
"""Build the second Vietnamese pack from Debian's espeak-ng.

  espeak_pack.py OUT_DIR      (needs espeak-ng 1.51 and flac; Python's standard library only)

Writes OUT_DIR/vi-espeak. The words are always spelt out: espeak expands Vietnamese
figures wrongly (15 comes out with the wrong word for five). Each clip is trimmed 45 dB below its loudest
frame with 20 ms kept, levelled to -20 dBFS over its active frames, limited to -1.5 dBFS, faded over 6 ms.
"""
import array, hashlib, io, math, subprocess, sys, tomllib, wave
from pathlib import Path

RATE = 24000
HERE = Path(__file__).resolve().parent
# Every word of a number, both regions; the phrases and the letters' names are those of the phrase files.
VI = "không một hai ba bốn năm sáu bảy tám chín mười mươi mốt tư lăm trăm linh lẻ nghìn ngàn".split()
EN = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
      "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred").split()


def texts(lang, numbers):
    phrases = tomllib.loads((HERE.parent / f"phrases-{lang}.toml").read_text(encoding="utf-8"))
    keys = dict(phrases["words"])
    keys |= {f"w_{word}": word for word in numbers}
    return keys | {f"l_{letter}": name for letter, name in phrases["letters"].items()}


def say(voice, speed, text):
    raw = subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", text], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(raw)) as w:
        rate, data = w.getframerate(), array.array("h", w.readframes(w.getnframes()))
    # Linear interpolation is inaudible at this step and keeps the script without dependencies.
    n = int(len(data) * RATE / rate)
    return [data[int(p)] + (data[min(int(p) + 1, len(data) - 1)] - data[int(p)]) * (p - int(p)) for p in (i * rate / RATE for i in range(n))]


def shape(x):
    frame = RATE // 50
    energy = [sum(v * v for v in x[i:i + frame]) / frame for i in range(0, len(x) - frame, frame)]
    top = max(energy)
    loud = [i for i, e in enumerate(energy) if e > top * 10 ** -4.5]
    x = x[max(0, loud[0] * frame - RATE // 50):(loud[-1] + 2) * frame + RATE // 50]
    active = [e for e in energy if e > top * 10 ** -2.5]
    gain = 32768 * 10 ** (-20 / 20) / math.sqrt(sum(active) / len(active))
    peak = max(abs(v) for v in x) * gain
    gain *= min(1.0, 32768 * 10 ** (-1.5 / 20) / peak)
    fade = RATE * 6 // 1000
    return [int(round(v * gain * min(1.0, i / fade, (len(x) - 1 - i) / fade))) for i, v in enumerate(x)]


def pack(out, name, lang, voice, speed, texts):
    d = out / name
    d.mkdir(parents=True, exist_ok=True)
    shas = {}
    for key, text in texts.items():
        wav = io.BytesIO()
        with wave.open(wav, "wb") as w:
            w.setnchannels(1), w.setsampwidth(2), w.setframerate(RATE)
            w.writeframes(array.array("h", shape(say(voice, speed, text))).tobytes())
        subprocess.run(["flac", "--best", "--silent", "--force", "--no-padding", "-o", str(d / f"{key}.flac"), "-"], input=wav.getvalue(), check=True)
        shas[key] = hashlib.sha256((d / f"{key}.flac").read_bytes()).hexdigest()
    head = [f'name = "{name}"', f'lang = "{lang}"', 'region = "north"', f'voice = "espeak-ng {voice}, {speed} words a minute"',
            'class = "fallback"', 'licence = "generated with Debian espeak-ng 1.51 (GPL-3.0-or-later program)"',
            'source = "builder/espeak_pack.py"', f"sample_rate = {RATE}",
            'notice = "Machine-made voice, not a native speaker. Not judged by a human listener."', "", "[clips]"]
    head += [f'"{k}" = "{k}.flac"' for k in texts] + ["", "[text]"] + [f'"{k}" = "{v}"' for k, v in texts.items()]
    head += ["", "[sha256]"] + [f'"{k}" = "{v}"' for k, v in shas.items()]
    (d / "pack.toml").write_text("\n".join(head) + "\n", encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    pack(target, "vi-espeak", "vi", "vi+f5", 130, texts("vi", VI))
