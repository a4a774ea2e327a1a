//! What a hall hears, proved without a device.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use voice::{
    Announcer, Call, Kind, OutputUrl, Pack, RATE, Region, Report, Say, Saying, Settings, Skip,
    Speaker, Voices, compose, heard, read_wav,
};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/voice")
}

fn pack(name: &str) -> Pack {
    Pack::load(&packs().join(name)).unwrap()
}

fn call(number: &str, counter: &str) -> Call {
    Call {
        number: number.parse().unwrap(),
        counter: counter.into(),
        zone: String::new(),
        kind: Kind::Call,
    }
}

fn clips<'a>(pack: &'a Pack, call: &Call) -> Vec<&'a [f32]> {
    let speech = pack.speech(&call.into(), Region::North);
    speech.iter().map(|s| pack.clip(&s.key).unwrap()).collect()
}

fn voices() -> Voices {
    Voices { main: Some(pack("vi-kokoro")), ..Voices::default() }
}

#[test]
fn the_right_clips_are_found_and_a_wrong_digit_is_not() {
    let said = compose(&call("K012", "10"), &voices(), 1);
    let pack = pack("vi-kokoro");
    assert!(heard::all_heard(&heard::find(&said.samples, &clips(&pack, &call("K012", "10")))));
    for wrong in [call("K013", "10"), call("K012", "11"), call("H012", "10")] {
        assert!(!heard::all_heard(&heard::find(&said.samples, &clips(&pack, &wrong))), "{wrong:?}");
    }
}

#[test]
fn an_announcement_is_loud_enough_and_never_clips() {
    for english in [None, Some(pack("en-kokoro"))] {
        let said = compose(&call("V888", "28"), &Voices { english, ..voices() }, 1);
        let peak = said.samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
        let energy: f32 = said.samples.iter().map(|s| s * s).sum();
        let rms_db = 10.0
            * (energy / f32::from(u16::MAX) / (said.samples.len() as f32 / f32::from(u16::MAX)))
                .log10();
        assert!(peak <= 0.8414, "peak {peak} is over -1.5 dBFS");
        assert!((-30.0..=-15.0).contains(&rms_db), "{rms_db} dBFS");
        assert!(said.missing.is_empty());
    }
}

#[test]
fn a_missing_clip_never_leaves_a_hole() {
    let broken = pack("vi-kokoro").without("w_hai");
    let fallback = Some(pack("vi-espeak"));
    let said = compose(
        &call("K012", "10"),
        &Voices { main: Some(broken.clone()), fallback, ..Voices::default() },
        1,
    );
    assert_eq!(said.spoken_by.as_deref(), Some("vi-espeak"));
    assert_eq!(said.missing, ["w_hai"]);
    let alone =
        compose(&call("K012", "10"), &Voices { main: Some(broken), ..Voices::default() }, 1);
    assert_eq!((alone.spoken_by, alone.clips.len()), (None, 0));
    assert!(alone.samples.len() > RATE as usize, "the chime still calls");
}

#[test]
fn a_pack_that_does_not_read_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = Pack::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("pack.toml"), "{error}");
    let manifest = "name = \"x\"\nlang = \"vi\"\n[clips]\nw_ba = \"w_ba.flac\"\n";
    std::fs::write(folder.path().join("pack.toml"), manifest).unwrap();
    for content in [None, Some("no sound"), Some("")] {
        if let Some(content) = content {
            std::fs::write(folder.path().join("w_ba.flac"), content).unwrap();
        }
        let error = Pack::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("w_ba.flac"), "{error}");
    }
}

/// Plays through an announcer into a file and gives the reports until `ends` calls have ended.
fn play(says: Vec<Say>, ends: usize) -> (Vec<Report>, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("heard.wav");
    let output: OutputUrl = format!("wav://{}", wav.display()).parse().unwrap();
    let (tell, told) = mpsc::channel();
    let settings =
        Settings { output, voices: voices(), gate: Duration::ZERO, reader: Speaker::default() };
    let announcer = Announcer::start(settings, move |report| drop(tell.send(report))).unwrap();
    for say in says {
        announcer.say(say);
    }
    let (mut reports, mut ended) = (Vec::new(), 0);
    while ended < ends {
        let report = told.recv_timeout(Duration::from_secs(120)).unwrap();
        ended += usize::from(matches!(report, Report::Spoken { .. } | Report::Skipped { .. }));
        reports.push(report);
    }
    drop(announcer);
    (reports, read_wav(&wav).unwrap())
}

fn say(id: i64, number: &str, counter: &str, age_s: u64) -> Say {
    let what = Saying::Call(call(number, counter));
    let (lang, age) = (String::new(), Duration::from_secs(age_s));
    Say { id, what, lang, age, gain_db: Some(0) }
}

#[test]
fn calls_that_come_together_are_said_one_after_the_other() {
    let says: Vec<_> = (1..=5).map(|i| say(i, &format!("H00{i}"), &i.to_string(), 0)).collect();
    let (reports, recording) = play(says.clone(), 5);
    let pack = pack("vi-kokoro");
    // Each counter's own clip stands whole in the recording, behind the one before it.
    let mut after = 0;
    for say in &says {
        let Saying::Call(call) = &say.what else { panic!("a call") };
        let clip = *clips(&pack, call).last().unwrap();
        let found = heard::find(&recording, &[clip]);
        assert!(heard::all_heard(&found) && found[0].at >= after, "{say:?}: {found:?}");
        after = found[0].at + clip.len();
    }
    let order: Vec<i64> = reports
        .iter()
        .filter_map(|r| if let Report::Begun { id } = r { Some(*id) } else { None })
        .collect();
    assert_eq!(order, [1, 2, 3, 4, 5]);
}

/// P6: a call that has waited too long is left to the screen.
#[test]
fn what_is_old_is_not_said() {
    let (reports, recording) = play(vec![say(1, "H001", "1", 61)], 1);
    assert!(reports.contains(&Report::Skipped { id: 1, why: Skip::Stale }));
    assert!(recording.is_empty());
}

/// P6: a call that cannot be spoken is told to be so.
#[test]
fn without_a_device_it_says_so_and_goes_on() {
    let (tell, told) = mpsc::channel();
    let output = OutputUrl::Wav("/nowhere/at/all.wav".into());
    let settings =
        Settings { output, voices: voices(), gate: Duration::ZERO, reader: Speaker::default() };
    let announcer = Announcer::start(settings, move |report| drop(tell.send(report))).unwrap();
    announcer.say(say(1, "H001", "1", 0));
    let mut reports = Vec::new();
    while !reports.contains(&Report::Skipped { id: 1, why: Skip::Silent }) {
        reports.push(told.recv_timeout(Duration::from_secs(60)).unwrap());
    }
    assert!(reports.iter().any(|report| matches!(report, Report::Sound(Err(_)))));
}
