//! The way of a call to a loudspeaker, without one: ALSA's own `file` plugin over `null` records what
//! a device would have been given, and what fails in the middle is played, too.
//!
//! ALSA reads its configuration once a process, so each case is this program started anew.
//! `LUOT_TORTURE=long` plays 500 calls of each language instead of a few.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else it may be is wrong here")]
#![expect(clippy::print_stdout, reason = "what a child says to its parent, and figures")]

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use ebur128::{EbuR128, Mode};
use queue::Number;
use voice::{
    Announcement, Announcer, Call, Kind, OutputUrl, Pack, RATE, Report, Say, Saying, Settings,
    Speaker, Voices, compose, heard,
};

/// What a whole announcement measures, LUFS.
const TARGET_LUFS: f64 = voice::loudness::TARGET_LUFS;
/// Calls that one process plays: the recording grows by silence while nobody speaks.
const AT_ONCE: usize = 6;

fn pack(name: &str) -> Pack {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/voice");
    Pack::load(&packs.join(name)).unwrap()
}

fn voices() -> Voices {
    Voices { main: Some(pack("vi-kokoro")), fallback: Some(pack("vi-espeak")), ..Voices::default() }
}

fn english() -> Voices {
    Voices { english: Some(pack("en-kokoro")), ..Voices::default() }
}

fn of(lang: &str) -> Voices {
    if lang == "en" { english() } else { voices() }
}

/// A call by its place in a row of calls that are all different: every letter, digit and counter.
fn call(n: usize) -> Call {
    let letters: Vec<char> = "ABCDEGHKLMNPQRSTUVXY".chars().collect();
    let scattered = u32::try_from(n * 7_919 % 1_000).unwrap();
    Call {
        number: Number::new(letters[n % letters.len()].to_string(), scattered.max(1)),
        counter: (n * 13 % 30 + 1).to_string(),
        zone: String::new(),
        kind: if n % 5 == 4 { Kind::Recall } else { Kind::Call },
    }
}

/// The part of this program that another process plays: calls `from..from + AT_ONCE` of a language.
#[test]
fn child() {
    let Ok(task) = std::env::var("LUOT_ALSA_CHILD") else { return };
    let (lang, from) = task.split_once(' ').unwrap();
    let from: usize = from.parse().unwrap();
    let (tell, told) = mpsc::channel();
    let settings = Settings {
        output: OutputUrl::Default,
        voices: of(lang),
        gate: Duration::ZERO,
        reader: Speaker::default(),
    };
    let announcer = Announcer::start(settings, move |report| drop(tell.send(report))).unwrap();
    for n in from..from + AT_ONCE {
        let id = i64::try_from(n).unwrap() + 1;
        let what = Saying::Call(call(n));
        let (lang, age) = (String::new(), Duration::ZERO);
        announcer.say(Say { id, what, lang, age, gain_db: Some(0) });
    }
    let mut ended = 0;
    while ended < AT_ONCE {
        match told.recv_timeout(Duration::from_secs(120)).unwrap() {
            Report::Spoken { attempt: 1, .. } => ended += 1,
            Report::Begun { id } => println!("begun {id}"),
            Report::Sound(Ok(())) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Plays calls in a process of their own; the order in which they were said, recalls first, and the
/// samples that the device was given, one channel.
fn recorded(folder: &Path, lang: &str, from: usize) -> (Vec<usize>, Vec<f32>) {
    let (config, wav) = (folder.join("asound.conf"), folder.join("heard.wav"));
    std::fs::write(&config, CONFIG).unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("ALSA_CONFIG_PATH", &config)
        .env("ALSA_REC", &wav)
        .env("LUOT_ALSA_CHILD", format!("{lang} {from}"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    let begun = said.lines().filter_map(|line| line.rsplit_once("begun "));
    let order: Vec<usize> = begun.map(|(_, id)| id.parse::<usize>().unwrap() - 1).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (from..from + AT_ONCE).collect::<Vec<_>>(), "each is begun once");
    let bytes = std::fs::read(&wav).unwrap();
    std::fs::remove_file(&wav).unwrap();
    // Two channels of 16 bits behind 44 bytes of header; nothing else is asked of ALSA.
    let frames = bytes[44..].chunks_exact(4);
    let samples = frames.map(|f| f32::from(i16::from_le_bytes([f[0], f[1]])) / 32_768.0);
    (order, without_silence(samples))
}

const CONFIG: &str = r#"</usr/share/alsa/alsa.conf>
pcm.rec16 {
    type file
    slave.pcm "null"
    format "wav"
    perm 0644
    file { @func getenv vars [ ALSA_REC ] default "alsa-rec.wav" }
}
pcm.!default { type plug slave { pcm "rec16" format S16_LE rate 48000 channels 2 } }
"#;

/// `null` takes samples as fast as they come, so that a moment's wait is minutes of silence: what is
/// longer than a second is cut to a second.
fn without_silence(samples: impl Iterator<Item = f32>) -> Vec<f32> {
    let second = usize::try_from(RATE).unwrap();
    let (mut out, mut still) = (Vec::new(), 0);
    for sample in samples {
        still = if sample == 0.0 { still + 1 } else { 0 };
        if still <= second {
            out.push(sample);
        }
    }
    out
}

/// The whole announcement as it must be heard, at the place where its chime begins.
fn held_against(recording: &[f32], lang: &str, order: &[usize]) -> Vec<(f64, f32)> {
    let voices = of(lang);
    let mut at = 0;
    let mut measured = Vec::new();
    for n in order {
        let call = call(*n);
        // How often, and with which chime, depends on who waits behind it.
        let (start, wanted) = variants(&call, &voices)
            .into_iter()
            .find_map(|wanted| Some((found_at(&recording[at..], &wanted)? + at, wanted)))
            .unwrap_or_else(|| panic!("{lang} {call:?} is not heard after sample {at}"));
        // Silence between two announcements, and nothing else.
        let between = &recording[at..start];
        assert!(between.iter().all(|s| s.abs() < 0.02), "{call:?}: something else is heard");
        let said = &recording[start..start + wanted.samples.len()];
        // And by the clips themselves: each in its place, none over another.
        let pack = if lang == "en" { pack("en-kokoro") } else { pack("vi-kokoro") };
        let clips: Vec<&[f32]> =
            wanted.clips.iter().map(|(key, _)| pack.clip(key).unwrap()).collect();
        let found = sentences(said, &wanted.clips, &clips);
        assert!(heard::all_heard(&found), "{lang} {call:?}: {found:?}");
        for (pair, clip) in found.windows(2).zip(&clips) {
            assert!(pair[1].at + 64 >= pair[0].at + clip.len(), "{call:?}: clips overlap");
        }
        measured.push((loudness(said), said.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()))));
        at = start + wanted.samples.len();
    }
    let rest = &recording[at..];
    assert!(rest.iter().all(|s| s.abs() < 0.001), "something is heard after the last call");
    measured
}

/// Clips by the matched filter, each looked for where it must begin.
fn sentences(said: &[f32], places: &[(String, usize)], clips: &[&[f32]]) -> Vec<heard::Found> {
    let search = |((_, at), clip): (&(String, usize), &&[f32])| {
        let from = at.saturating_sub(2_400);
        let part = &said[from..(at + clip.len() + 2_400).min(said.len())];
        let found = heard::find(part, &[clip])[0];
        heard::Found { at: found.at + from, ..found }
    };
    places.iter().zip(clips).map(search).collect()
}

/// The announcements that a call may become.
fn variants(call: &Call, voices: &Voices) -> Vec<Announcement> {
    let once = compose(call, voices, 1);
    assert!(once.missing.is_empty() && !once.clips.is_empty(), "{call:?}");
    let mut short = once.clone();
    short.shorten();
    vec![compose(call, voices, 2), once, short]
}

/// Where an announcement begins, if it is the very next that is heard: sample by sample the same, but
/// for the rounding to 16 bits.
fn found_at(recording: &[f32], wanted: &Announcement) -> Option<usize> {
    let loud = |samples: &[f32]| samples.iter().position(|s| s.abs() >= 0.02);
    let about = loud(recording)?.saturating_sub(loud(&wanted.samples)?);
    let same = |start: &usize| {
        let said = recording.get(*start..*start + wanted.samples.len());
        said.is_some_and(|said| said.iter().zip(&wanted.samples).all(|(a, b)| (a - b).abs() < 0.01))
    };
    (about.saturating_sub(8)..=about + 8).find(same)
}

fn loudness(samples: &[f32]) -> f64 {
    let mut meter = EbuR128::new(1, RATE, Mode::I).unwrap();
    meter.add_frames_f32(samples).unwrap();
    meter.loudness_global().unwrap()
}

/// P6: what a device is given is each call's clips in order, nothing over them and nothing else; the
/// whole is as loud as the target and never clips.
fn plays(lang: &str, target: f64) {
    let long = std::env::var("LUOT_TORTURE").is_ok_and(|told| told == "long");
    let rounds = if long { 500_usize.div_ceil(AT_ONCE) } else { 3 };
    let folder = tempfile::tempdir().unwrap();
    let mut measured = Vec::new();
    for round in 0..rounds {
        let from = round * AT_ONCE;
        let (order, recording) = recorded(folder.path(), lang, from);
        measured.extend(held_against(&recording, lang, &order));
    }
    let (mut least, mut most, mut peak) = (f64::MAX, f64::MIN, 0.0_f32);
    for (lufs, high) in &measured {
        (least, most, peak) = (least.min(*lufs), most.max(*lufs), peak.max(*high));
    }
    println!(
        "figure|hall|{lang}: calls through ALSA, loudness, peak|{} calls, {least:.1} to {most:.1} LUFS, {peak:.2}",
        measured.len()
    );
    assert!(peak < 0.999, "clips at {peak}");
    let off = (target - least).abs().max((most - target).abs());
    assert!(off <= 1.0, "{least:.2} to {most:.2} LUFS instead of {target} ± 1");
}

/// P6: calls in Vietnamese, each once, in order, as they were composed.
#[test]
fn vietnamese_reaches_the_device_as_it_was_composed() {
    plays("vi", TARGET_LUFS);
}

/// P6: calls in English, each once, in order, as they were composed.
#[test]
fn english_reaches_the_device_as_it_was_composed() {
    plays("en", TARGET_LUFS);
}
