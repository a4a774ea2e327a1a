#!/usr/bin/env python3
"""Look for a better clip: spellings, tones, lengths and neighbours of a word, heard by the recogniser in short calls.

  search.py --packages SITE_PACKAGES --npm DIR --babble-dir WAVS --keys w_hai,den_quay_04,l_H [--tries 26] [--out found.json]

The calls are made up here and are none of score.py's: those take no part. Half of them are clean, half in noise of --snr dB.
A clip is kept when it beats the recipe's on calls that did not choose it; --out holds the entries for recipe.json.
"""
import argparse, copy, json, random, unicodedata, zlib
from pathlib import Path
import numpy as np
from scipy.signal import resample_poly
import accept, mkset
from accept import D, align, words
from build_pack import SR, Voice, clip

RIMES = {
    "hai": "aːj aːi ʌj aj ɐːj ɑːj aːɪ", "một": "oːt ot owt ɔːt", "chín": "iːn in ɪn", "không": "oŋ owŋ əwŋ oːŋ awŋ", "ba": "aː a ɐː ɑː", "bốn": "oːn on own",
    "năm": "am ɐm aːm ʌm", "sáu": "aw au ɐw aːw ʌw", "bảy": "aj ɐj əj ʌj", "tám": "aːm am ɐːm ɑːm", "mươi": "ɯəj ɯːəj", "mười": "ɯəj ɯːəj", "mốt": "oːt ot",
    "tư": "ɯː ɯ", "lăm": "am ɐm", "trăm": "am ɐm", "linh": "iŋ ɪŋ", "lẻ": "ɛ ɛː", "đến": "eːn en", "quầy": "əːj ʌj əj", "số": "oː o", "chữ": "ɯː ɯ",
    "a": "aː ɐː ɑː", "bê": "eː e ej", "xê": "eː e ej", "đê": "eː e ej", "e": "ɛː ɛ æː", "hát": "aːt at ɐːt", "i": "iː i", "ca": "aː ɐː ɑː", "o": "ɔː ɔ", "pê": "eː e",
    "quy": "wiː wi uj wij", "tê": "eː e", "u": "uː u", "vê": "eː e", "gi": "iː i", "giê": "eː e", "gờ": "ɤː əː", "lờ": "ɤː əː", "mờ": "ɤː əː", "nờ": "ɤː əː",
    "rờ": "ɤː əː", "em": "ɛm ɛːm em", "en": "ɛn ɛːn en", "ép": "ɛp ep", "ét": "ɛt ɛːt et", "ích": "ik ɪk iːk", "xì": "iː i", "dài": "aːj aːi", "dét": "ɛt et", "kép": "ɛp ep"}
ONSETS = {
    "chín": "tɕ ʨ ʧ c", "không": "kʰ x", "bốn": "b p", "ba": "b p", "bảy": "b p", "sáu": "s ʃ", "hai": "h hh x ɦ", "một": "m", "năm": "n", "tám": "t", "mươi": "m",
    "mười": "m", "mốt": "m", "tư": "t", "lăm": "l", "trăm": "tɕ ʧ t", "linh": "l", "lẻ": "l", "đến": "d", "quầy": "kw", "số": "s", "chữ": "tɕ ʨ ʧ", "bê": "b", "đê": "d",
    "xê": "s ɕ", "xì": "s ɕ", "giê": "z j", "gi": "z j", "hát": "h hh x", "ca": "k", "pê": "p", "quy": "kw k", "tê": "t", "vê": "v", "gờ": "ɡ ɣ", "lờ": "l", "mờ": "m",
    "nờ": "n", "rờ": "z ɹ r", "dét": "z", "dài": "z", "kép": "k"}
TONES = {"1": "1h 1 1u 1b", "2": "2 2b 2c", "3": "3 3t 3h 3l 3b", "3s": "3s 3t 3h", "4": "4 4c 4l 4b", "5": "5 3 3l", "6": "6 6m 6n 6l", "6s": "6s 6n 6w 6l 6m"}
BEFORE = [["s|oː|3", ","], ["s|au|3", ","], ["m|oːt|6s", ","], ["s|oː|3"], ["d|eːn|3l", "kw|əːj|2", "s|oː|3"], ["m|ɯəj|2c"], []]
BEHIND = [[",", "h|aːj|1h"], [",", "b|a|1"], ["."], ["m|ɯəj|1"], [",", "m|ot|6l"]]
MARKS = {"\u0300": "2", "\u0301": "3", "\u0309": "4", "\u0303": "5", "\u0323": "6"}


def tone(word):
    mark = next((MARKS[c] for c in unicodedata.normalize("NFD", word) if c in MARKS), "1")
    return mark + "s" if (word[-1] in "tpc" and mark in "36") or word.endswith("ch") else mark


def gene(rng, text):
    first = text.split()[0]
    whole = first in ("đến", "chữ")
    pick = lambda table, word, none="": rng.choice(table.get(word, none).split() or [""])
    return {"syl": [[pick(ONSETS, w), pick(RIMES, w), pick(TONES, tone(w))] for w in text.split()],
            "before": [] if first == "đến" else rng.choice(BEFORE), "behind": [] if first == "đến" else rng.choice(BEHIND),
            "voice": rng.choice(["pf_dora+hf_alpha"] * 3 + ["pf_dora", "hf_alpha", "pf_dora+hf_beta"]), "base": rng.choice([185, 194.75, 205, 215.25, 229.6]),
            "dur": rng.choice([220, 240, 260, 290, 320] if whole else [230, 260, 290, 320, 350, 390, 430]), "amp": rng.choice([.8, 1, 1.15, 1.3, 1.45]),
            "prev": rng.choice([[-3, 2], [0, 4]]), "boost": rng.choice([None, [110, 4], [110, 7], [110, 10]]) if first[0] in "hk" else None,
            "pre": rng.choice([.01, .03, .05]), "post": rng.choice([.03, .06, .09])}


def mutate(rng, old, text):
    new, other = copy.deepcopy(old), gene(rng, text)
    for _ in range(rng.choice([1, 2, 2])):
        k = rng.choice(["syl"] * 5 + ["dur"] * 2 + [k for k in other if k not in ("syl", "dur")])
        if k == "syl":
            i, j = rng.randrange(len(new["syl"])), rng.randrange(3)
            new["syl"][i][j] = other["syl"][i][j]
        else:
            new[k] = other[k]
    return new


def entry(g, text):
    before, syl, behind = g["before"], ["|".join(s) for s in g["syl"]], g["behind"]
    at = sum(x not in ",." for x in before)
    c = {"text": text, "utt": before + syl + behind, "first": at, "last": at + len(syl) - 1, "base": g["base"], "dur": g["dur"], "scale": 1, "amp": g["amp"], "prev": g["prev"],
         "pre": g["pre"] if not before or "," in before else 0.0, "post": g["post"] if not behind or behind[0] in ",." else 0.0, "voice": g["voice"]}
    return c | ({"boost": g["boost"]} if g["boost"] else {})


def as_gene(c):
    """an entry of the recipe to start from; those with the model's own lengths are none"""
    spoken = [i for i, x in enumerate(c["utt"]) if x not in ",."]
    i, j = spoken[c["first"]], spoken[c["last"]]
    parts = {"syl": [x.split("|") for x in c["utt"][i:j + 1]], "before": c["utt"][:i], "behind": c["utt"][j + 1:], "boost": c.get("boost")}
    return None if c["dur"] is None else parts | {k: c[k] for k in ("base", "dur", "amp", "pre", "post")} | {"prev": c["prev"] or [-3, 2], "voice": c["voice"]}


class Search:
    def __init__(s, a):
        s.a, s.recipe = a, json.loads(Path(a.recipe).read_text(encoding="utf-8"))
        s.voice, s.asr = Voice(a.packages, a.npm, s.recipe["voice"]), accept.Viet(a)
        s.people = [accept.load(p) for p in sorted(Path(a.babble_dir).glob("*.wav"))]
        s.out = Path(a.out)
        s.found = json.loads(s.out.read_text(encoding="utf-8")) if s.out.exists() else {}
        s.digits = {d: s.render(s.entry_of(f"w_{d}")) for d in D}
        s.opening = s.render(s.entry_of("xin_moi_cong_dan"))[-int(1.15 * SR):]     # "có số thứ tự"

    def entry_of(s, key):
        c = s.found.get(key) or s.recipe["clips"].get(key)
        return c and {"voice": s.recipe["voice"]} | c

    def render(s, c):
        y, spans = s.voice.use(c["voice"]).say(tuple(c["utt"]), c["base"], c["dur"], c["scale"], c["amp"], tuple(c["prev"]) if c["prev"] else None)
        return clip(y, spans[c["first"]][0], spans[c["last"]][1], c["pre"], c["post"], c.get("boost"), c["text"].startswith("đến quầy số ")).astype(np.float32)

    def noisy(s, x, snr, rng):
        """as accept.degrade, without its half seconds of silence: a search has no time for them"""
        f = np.array([np.mean(x[i:i + 320] ** 2) for i in range(0, len(x) - 320, 320)])
        nz = sum(v / np.sqrt(np.mean(v ** 2)) for v in (accept.pink(len(x), rng), accept.babble(len(x), rng, s.people)))
        x = x + nz / np.sqrt(np.mean(nz ** 2)) * np.sqrt(f[f > f.max() * 10 ** -2.5].mean()) * 10 ** (-snr / 20)
        return x / max(1.0, np.abs(x).max() / .95)

    def hear(s, key, text, z, rng, snr):
        """one short call: how much of it was heard, of how much; the clip's words count 1, their neighbours less"""
        named, other = text.split(), [D[rng.randrange(10)] for _ in range(3)]
        if key.startswith("den_quay"):
            parts = [(other[0], 0), (.07, 0), (other[1], 0), (.2, 0), (z, [.15] * 3 + [1] * (len(named) - 3))]
            ref = other[:2] + named
        elif key.startswith("l_"):
            lead = [.3] if named[0] == "chữ" else []
            parts = [(s.opening, [0] * 4), (.3, 0), (z, lead + [1] * (len(named) - len(lead))), (.13, 0)] + [p for d in other for p in ((d, .15), (.07, 0))][:-1]
            ref = "có số thứ tự".split() + named + other
        else:
            ref = [other[0], key[2:], other[1], key[2:], other[2]]
            parts = [p for i, d in enumerate(ref) for p in ((z, [1]) if i % 2 else (d, .25), (.2 if i == 1 else .07, 0))][:-1]
        sound = [mkset.g(p) if isinstance(p, float) else s.digits[p] if isinstance(p, str) else p for p, _ in parts]
        weights = [w for p, q in parts if not isinstance(p, float) for w in (q if isinstance(q, list) else [q])]
        quiet = np.zeros(3200)
        x = np.concatenate([quiet, resample_poly(np.concatenate(sound), 2, 3), quiet])
        if snr is not None: x = s.noisy(x, snr, np.random.default_rng(zlib.crc32(str(rng.random()).encode())))
        ok = align(words(" ".join(ref)), words(s.asr.p.transcribe((x * 32767).astype(np.int16)).text))[1]
        return sum(w * o for w, o in zip(weights, ok)), sum(weights)

    def score(s, key, text, z, calls, n):
        got = [s.hear(key, text, z, rng, snr) for snr in (None, s.a.snr) for rng in [random.Random(f"{key}{calls}{snr}")] for _ in range(n)]
        return sum(a for a, _ in got) / sum(b for _, b in got)

    def search(s, key, text):
        """many by a call or two, the best five by two more, the best two against the present clip by four fresh ones"""
        rng, pool, seen, tried = random.Random(f"{key}{s.a.seed}"), [], set(), 0
        cur = s.entry_of(key)
        cur = cur if cur and cur["text"] == text else None
        now = s.score(key, text, s.render(cur), 3, 4) if cur else 0.0
        if cur and as_gene(cur): pool.append((s.score(key, text, s.render(cur), 1, 2), as_gene(cur), cur))
        while now < .9 and tried < s.a.tries:
            best = [q[1] for q in sorted(pool, key=lambda q: -q[0])[:5]]
            old = best and (tried > s.a.tries // 2 or (cur and tried % 3 == 0)) and rng.random() < .85
            g = mutate(rng, rng.choice(best), text) if old else gene(rng, text)
            c = entry(g, text)
            tried += 1
            if json.dumps(c) in seen or not all(set("".join(x[:2])) <= set(s.voice.voc) for x in g["syl"]): continue
            seen.add(json.dumps(c))
            z = s.render(c)
            v = s.score(key, text, z, 1, 1)
            pool.append((s.score(key, text, z, 1, 2) if v > .6 else v, g, c))
        top = sorted(pool, key=lambda q: -q[0])[:5] if tried else []
        top = sorted(((.4 * v + .6 * s.score(key, text, s.render(c), 2, 2), c) for v, _, c in top), key=lambda q: -q[0])[:2]
        new = max(((s.score(key, text, s.render(c), 3, 4), c) for _, c in top if c is not cur), key=lambda q: q[0], default=(0.0, None))
        print(key, text, round(now, 2), round(new[0], 2), flush=True)
        if new[0] > now + .02:
            s.found[key] = new[1]
            if key[2:] in s.digits: s.digits[key[2:]] = s.render(new[1])
            s.out.write_text(json.dumps(s.found, ensure_ascii=False, indent=1), encoding="utf-8")


def main():
    ap = argparse.ArgumentParser()
    for name in ("packages", "npm", "babble-dir", "keys"): ap.add_argument(f"--{name}", required=True)
    ap.add_argument("--recipe", default="recipe.json"); ap.add_argument("--out", default="found.json")
    ap.add_argument("--tries", type=int, default=26); ap.add_argument("--snr", type=float, default=7.0); ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    s = Search(a)
    for key in a.keys.split(","):
        s.search(key, mkset.LN[key[2:]] if key.startswith("l_") else s.entry_of(key)["text"])


if __name__ == "__main__":
    main()
