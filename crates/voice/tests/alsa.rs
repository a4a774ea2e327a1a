//! The way of a call to a loudspeaker, without one: ALSA's own `file` plugin over `null` records what
//! a device would have been given, and what fails in the middle is played, too.
//!
//! ALSA reads its configuration once a process, so each case is this program started anew.
//! `LUOT_TORTURE=long` plays 500 calls of each language instead of a few.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else it may be is wrong here")]
#![expect(clippy::print_stdout, reason = "what a child says to its parent, and figures")]

use std::fs::File;
use std::io::Read;
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
/// Calls that come together: some of them wait, so that there are long and short announcements.
const AT_ONCE: usize = 6;
/// Calls that one process of a long run plays: what is heard of them is held in memory.
const BATCH: usize = 4 * AT_ONCE;

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

/// The part of this program that another process plays: so many calls of a language from one on.
#[test]
fn child() {
    let Ok(task) = std::env::var("LUOT_ALSA_CHILD") else { return };
    let task: Vec<&str> = task.split(' ').collect();
    let (lang, from): (_, usize) = (task[0], task[1].parse().unwrap());
    let gate = Duration::from_secs(task[2].parse().unwrap());
    let count: usize = task[3].parse().unwrap();
    let (tell, told) = mpsc::channel();
    let settings =
        Settings { output: OutputUrl::Default, voices: of(lang), gate, reader: Speaker::default() };
    let announcer = Announcer::start(settings, move |report| drop(tell.send(report))).unwrap();
    let calls: Vec<usize> = (from..from + count).collect();
    for calls in calls.chunks(AT_ONCE) {
        together(&announcer, &told, calls);
    }
}

fn together(announcer: &Announcer, told: &mpsc::Receiver<Report>, calls: &[usize]) {
    for n in calls.iter().copied() {
        let id = i64::try_from(n).unwrap() + 1;
        let what = Saying::Call(call(n));
        let (lang, age) = (String::new(), Duration::ZERO);
        announcer.say(Say { id, what, lang, age, gain_db: Some(0) });
    }
    let mut ended = 0;
    while ended < calls.len() {
        match told.recv_timeout(Duration::from_secs(120)).unwrap() {
            Report::Spoken { attempt: 1, .. } => ended += 1,
            Report::Begun { id } => {
                println!("begun {id}");
                // It is on record.
                announcer.go(id);
            }
            Report::Sound(Ok(())) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Plays calls in a process of their own; the order in which they were said, recalls first, and the
/// samples that the device was given, one channel. They come through a pipe and are judged as they
/// come: `null` takes samples as fast as they are made, gigabytes of silence between two calls.
fn recorded(folder: &Path, lang: &str, from: usize, rest: (usize, u64)) -> (Vec<usize>, Vec<f32>) {
    let (count, gate_s) = rest;
    let (config, pipe) = (folder.join("asound.conf"), folder.join("heard"));
    std::fs::write(&config, CONFIG).unwrap();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let source = pipe.clone();
    let listener = std::thread::spawn(move || without_silence(File::open(source).unwrap()));
    // A program opens its device more than once: the pipe ends when it does, not with the first.
    let keep = File::options().write(true).open(&pipe).unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("ALSA_CONFIG_PATH", &config)
        .env("ALSA_REC", &pipe)
        .env("LUOT_ALSA_CHILD", format!("{lang} {from} {gate_s} {count}"))
        .output()
        .unwrap();
    drop(keep);
    let recording = listener.join().unwrap();
    std::fs::remove_file(&pipe).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    let begun = said.lines().filter_map(|line| line.rsplit_once("begun "));
    let order: Vec<usize> = begun.map(|(_, id)| id.parse::<usize>().unwrap() - 1).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (from..from + count).collect::<Vec<_>>(), "each is begun once");
    (order, recording)
}

const CONFIG: &str = r#"</usr/share/alsa/alsa.conf>
pcm.rec16 {
    type file
    slave.pcm "null"
    format "raw"
    perm 0644
    file { @func getenv vars [ ALSA_REC ] default "alsa-rec" }
}
pcm.!default { type plug slave { pcm "rec16" format S16_LE rate 48000 channels 2 } }
"#;

/// The left channel of two of 16 bits; silence of more than a second is cut to a second.
fn without_silence(mut pipe: impl Read) -> Vec<f32> {
    let second = usize::try_from(RATE).unwrap();
    let (mut out, mut still) = (Vec::new(), 0);
    let (mut block, mut held) = (vec![0; 1 << 20], 0);
    loop {
        let read = pipe.read(&mut block[held..]).unwrap();
        if read == 0 {
            return out;
        }
        held += read;
        let whole = held / 4 * 4;
        for frame in block[..whole].chunks_exact(4) {
            still = if frame == [0; 4] { still + 1 } else { 0 };
            if still <= second {
                out.push(f32::from(i16::from_le_bytes([frame[0], frame[1]])) / 32_768.0);
            }
        }
        block.copy_within(whole..held, 0);
        held -= whole;
    }
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
            .find_map(|wanted| Some((found_at(&recording[at..], &wanted.samples)? + at, wanted)))
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
fn found_at(recording: &[f32], wanted: &[f32]) -> Option<usize> {
    let loud = |samples: &[f32]| samples.iter().position(|s| s.abs() >= 0.02);
    let about = loud(recording)?.saturating_sub(loud(wanted)?);
    let same = |start: &usize| {
        let said = recording.get(*start..*start + wanted.len());
        said.is_some_and(|said| said.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.01))
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
    let (rounds, count) = if long { (500_usize.div_ceil(BATCH), BATCH) } else { (3, AT_ONCE) };
    let folder = tempfile::tempdir().unwrap();
    let mut measured = Vec::new();
    for round in 0..rounds {
        let from = round * count;
        let (order, recording) = recorded(folder.path(), lang, from, (count, 0));
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

/// P6: where the sentence waits for its record it follows the chime, whole, and nothing else is heard.
#[test]
fn behind_a_gate_each_call_reaches_the_device_in_two_parts() {
    let folder = tempfile::tempdir().unwrap();
    let (order, recording) = recorded(folder.path(), "vi", 0, (AT_ONCE, 60));
    let mut at = 0;
    for n in order {
        let call = call(n);
        let parts = variants(&call, &voices()).into_iter().find_map(|whole| {
            let (chime, sentence) = whole.samples.split_at(whole.chime);
            let rung = found_at(&recording[at..], chime)? + at;
            let after = rung + chime.len();
            let said = found_at(&recording[after..], sentence)? + after;
            Some([(rung, chime.len()), (said, sentence.len())])
        });
        for (start, length) in parts.unwrap_or_else(|| panic!("{call:?} is not heard")) {
            assert!(recording[at..start].iter().all(|s| s.abs() < 0.02), "{call:?}");
            at = start + length;
        }
    }
    assert!(recording[at..].iter().all(|s| s.abs() < 0.001), "something is heard at the end");
}
