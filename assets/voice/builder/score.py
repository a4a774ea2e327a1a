#!/usr/bin/env python3
"""How well a Vietnamese recogniser understands the bundled voice; run by hand, never by `cargo verify`.

  python3.11 -m venv env && env/bin/pip install numpy scipy soundfile viet-asr==0.1.0.dev11
  env/bin/python score.py ../vi-kokoro [--babble-dir WAVS] [--record]

36 calls that took no part in choosing a clip, clean and, where there is a folder of WAVs of people
speaking to mix a babble from, in noise of 10 dB. Prints what was not heard, by kind of word, and ends with 1 when a
figure is more than two hundredths worse than the one in score.json; --record writes what was measured there.
16 of them have a letter, those that a centre is told to take more often than the others.
"""
import argparse, json, subprocess, sys, tempfile
from pathlib import Path
from accept import NUM, align, words

HERE = Path(__file__).resolve().parent
SEED, CALLS, LETTERED, WORSE = "9104", "30", "6", 0.02


def kinds(ref, ok):
    """which words of a call are ticket digits, a letter's name, the counter"""
    first = ref.index("tự") + 1
    place = next(i for i in range(first, len(ref) - 1) if ref[i:i + 2] == ["đến", "quầy"])
    for i, (word, heard) in enumerate(zip(ref, ok)):
        kind = ("digit" if word in NUM else "letter") if first <= i < place else "counter" if i >= place + 3 else "phrase"
        yield kind, heard


def measure(folder, extra):
    out = folder / "score.json"
    subprocess.run([sys.executable, HERE / "accept.py", folder, "--out", out, *extra], check=True)
    lost = {}
    for row in json.loads(out.read_text(encoding="utf-8"))["asr"]["viet"]["rows"]:
        ref = row["ref"].split()
        for kind, heard in kinds(ref, align(ref, words(row["hyp"]))[1]):
            n = lost.setdefault(kind, [0, 0])
            n[0] += not heard
            n[1] += 1
    return {kind: {"not_heard": a, "of": b, "share": round(a / b, 3)} for kind, (a, b) in sorted(lost.items())}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("pack", type=Path)
    ap.add_argument("--babble-dir")
    ap.add_argument("--record", action="store_true")
    a = ap.parse_args()
    kept = HERE / "score.json"
    old = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([sys.executable, HERE / "mkset.py", "clip", a.pack, folder, SEED, CALLS, LETTERED], check=True)
        new = {"clean": measure(folder, [])}
        if a.babble_dir:
            new["10 dB"] = measure(folder, ["--snr", "10", "--babble-dir", a.babble_dir])
    print(json.dumps(new, ensure_ascii=False, indent=1))
    worse = [f"{room} {kind}" for room, found in new.items() for kind, n in found.items()
             if n["share"] > old.get(room, {}).get(kind, n)["share"] + WORSE]
    if a.record:
        kept.write_text(json.dumps(old | new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    elif worse:
        sys.exit("worse than recorded: " + ", ".join(worse))


if __name__ == "__main__":
    main()
