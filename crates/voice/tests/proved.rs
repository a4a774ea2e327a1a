//! What is composed is what is heard, for many calls and both languages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use voice::{
    Announcement, Call, Kind, Notice, Pack, Region, Scope, Utterance, Voices, chime, compose,
    compose_message, heard, loudness, notice_chime,
};

/// Calls of each language; the long proof is `LUOT_CALLS=500`.
const CALLS: u64 = 40;
/// How far a whole announcement may be from the target, LU.
const WITHIN_LU: f64 = 1.0;

fn pack(name: &str) -> Pack {
    Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/voice").join(name))
        .unwrap()
}

/// A generator of one line (Knuth's MMIX constants), so that a failing call comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn call(&mut self) -> Call {
        let prefix = match self.below(3) {
            0 => char::from(b'A' + u8::try_from(self.below(26)).unwrap()).to_string(),
            1 => format!("{:02}", self.below(100)),
            _ => self.below(10).to_string(),
        };
        let count = u32::try_from(1 + self.below(1_200)).unwrap();
        let number = queue::Number::new(prefix, count);
        let counter = (1 + self.below(130)).to_string();
        let kind = Kind::ALL[usize::try_from(self.below(4)).unwrap()];
        Call { number, counter, zone: String::new(), kind }
    }
}

fn calls() -> u64 {
    std::env::var("LUOT_CALLS").ok().and_then(|n| n.parse().ok()).unwrap_or(CALLS)
}

/// The clips that the sentence of a call asks for stand in the sound, in order, none on top of
/// another; it is as loud as every other and no wave is cut.
fn prove(what: &Utterance, said: &Announcement, pack: &Pack, region: Region) {
    assert!(said.missing.is_empty(), "{what:?}: {:?}", said.missing);
    let speech = pack.speech(what, region);
    let clips: Vec<&[f32]> = speech.iter().map(|s| pack.clip(&s.key).unwrap()).collect();
    let chime = match what {
        Utterance::Call(call) => chime(call.kind),
        Utterance::Notice(_) => notice_chime(),
    };
    let found = heard::find_from(&said.samples, &clips, chime.len());
    assert!(heard::all_heard(&found), "{what:?}: {speech:?} {found:?}");
    for (pair, clip) in found.windows(2).zip(&clips) {
        assert!(pair[1].at >= pair[0].at + clip.len(), "{what:?}: clips overlap");
    }
    loud(what, said);
}

fn loud(what: &Utterance, said: &Announcement) {
    let peak = said.samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
    let peak_db = 20.0 * peak.log10();
    assert!(peak_db <= loudness::PEAK_DBFS + 0.01, "{what:?}: peak {peak_db} dBFS");
    let lufs = loudness::lufs(&said.samples).unwrap();
    let off = (lufs - loudness::TARGET_LUFS).abs();
    assert!(off <= WITHIN_LU, "{what:?}: {lufs} LUFS");
}

fn vietnamese(name: &str, region: Region) {
    let (pack, mut dice) = (pack(name), Dice(7));
    let voices = Voices { main: Some(pack.clone()), region, ..Voices::default() };
    for _ in 0..calls() {
        let call = dice.call();
        prove(&(&call).into(), &compose(&call, &voices, 1), &pack, region);
    }
    for notice in Notice::samples() {
        prove(&notice.into(), &compose_message(Some(notice), None, &voices), &pack, region);
    }
}

#[test]
fn every_call_in_the_north_is_heard_whole_and_in_order() {
    vietnamese("vi-kokoro", Region::North);
}

#[test]
fn every_call_in_the_south_is_heard_whole_and_in_order() {
    vietnamese("vi-kokoro", Region::South);
}

#[test]
fn every_call_of_the_second_voice_is_heard_whole_and_in_order() {
    vietnamese("vi-espeak", Region::North);
}

#[test]
fn every_call_in_english_is_heard_whole_and_in_order() {
    let (pack, mut dice) = (pack(ENGLISH), Dice(11));
    let voices = Voices { english: Some(pack.clone()), ..Voices::default() };
    for _ in 0..calls() {
        let call = dice.call();
        prove(&(&call).into(), &compose(&call, &voices, 1), &pack, Region::North);
    }
    for notice in Notice::samples() {
        prove(&notice.into(), &compose_message(Some(notice), None, &voices), &pack, Region::North);
    }
}

/// The English voice.
const ENGLISH: &str = "en-kokoro";

#[test]
fn a_bundled_pack_has_every_clip_its_sentences_ask_for() {
    for (name, counters) in [("vi-kokoro", 9_999), ("vi-espeak", 9_999), (ENGLISH, 999)] {
        let pack = pack(name);
        for region in [Region::North, Region::South] {
            let letters = ('A'..='Z').collect();
            let counters = (1..=counters).collect();
            let scope = Scope { letters, counters, zones: Vec::new(), region, notices: true };
            let lacks = pack.lacks_of(&scope);
            assert!(lacks.is_empty(), "{name}: {lacks:?}");
        }
    }
}

/// The announcement said twice, and the one with English behind it, are as loud as the others.
#[test]
fn an_announcement_is_as_loud_however_long() {
    let voices =
        Voices { main: Some(pack("vi-kokoro")), english: Some(pack(ENGLISH)), ..Voices::default() };
    let mut dice = Dice(3);
    for times in [1, 2] {
        for _ in 0..10 {
            let call = dice.call();
            loud(&(&call).into(), &compose(&call, &voices, times));
        }
    }
}
