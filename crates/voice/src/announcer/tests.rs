#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else it may be is wrong here")]

use std::time::Duration;

use super::*;
use crate::output::played::Device;
use crate::phrase::Kind;

fn pack() -> crate::Pack {
    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/voice");
    crate::Pack::load(&packs.join("vi-kokoro")).unwrap()
}

pub(super) fn voices() -> Voices {
    Voices { main: Some(pack()), ..Voices::default() }
}

pub(super) fn say(id: i64) -> Say {
    let number = format!("H{id:03}").parse().unwrap();
    let call = Call { number, counter: id.to_string(), zone: String::new(), kind: Kind::Call };
    let (lang, age) = (String::new(), Duration::ZERO);
    Say { id, what: Saying::Call(call), lang, age, gain_db: Some(0) }
}

pub(super) struct Hall {
    pub(super) announcer: Announcer,
    told: mpsc::Receiver<Report>,
}

impl Hall {
    pub(super) fn of(device: &Device, voices: Voices) -> Self {
        Self::reading(device, voices, crate::Speaker::default())
    }

    pub(super) fn reading(device: &Device, voices: Voices, reader: crate::Speaker) -> Self {
        let (tell, told) = mpsc::channel();
        let output = OutputUrl::Played(device.clone());
        let settings = Settings { output, voices, gate: Duration::ZERO, reader };
        let announcer = Announcer::start(settings, move |report| drop(tell.send(report))).unwrap();
        Self { announcer, told }
    }

    /// Waits for a report; those before it are passed over.
    pub(super) fn report(&self, wanted: &Report) {
        while self.told.recv_timeout(Duration::from_secs(120)).unwrap() != *wanted {}
    }

    /// The reports up to the end of a call.
    pub(super) fn until(&self, id: i64) -> Vec<Report> {
        let mut reports = Vec::new();
        loop {
            let report = self.told.recv_timeout(Duration::from_secs(120)).unwrap();
            let ends = matches!(&report,
                Report::Spoken { id: ended, .. } | Report::Skipped { id: ended, .. } if *ended == id);
            reports.push(report);
            if ends {
                return reports;
            }
        }
    }
}

/// Two calls through a device that fails at these operations; how often each was begun, how it ended,
/// and how often its own words were heard to the end.
fn two_calls(device: &Device, voices: &Voices) -> Vec<(usize, Vec<Report>, usize)> {
    let hall = Hall::of(device, voices.clone());
    let mut reports = Vec::new();
    for id in 1..=2 {
        hall.announcer.say(say(id));
        reports.extend(hall.until(id));
    }
    drop(hall);
    let heard = device.heard();
    (1..=2)
        .map(|id| {
            let Saying::Call(call) = say(id).what else { unreachable!() };
            let whole = compose_for(&call, voices, 2, None).samples;
            let of = |report: &&Report| {
                matches!(report, Report::Spoken { id: ended, .. } | Report::Skipped { id: ended, .. }
                    if *ended == id)
            };
            let begun = reports.iter().filter(|r| **r == Report::Begun { id }).count();
            let ends = reports.iter().filter(of).cloned().collect();
            (begun, ends, heard.iter().filter(|sound| **sound == whole).count())
        })
        .collect()
}

/// P6: a device lost at any point costs nobody the call: it is said again from its start, once, and
/// the next one as if nothing had been.
#[test]
fn a_device_lost_at_each_point_is_opened_again_and_the_call_said_once_to_its_end() {
    let fine = Device::default();
    let voices = voices();
    two_calls(&fine, &voices);
    let points = fine.operations();
    assert!(points >= 10, "{points}");
    let points: Vec<u32> = (0..50).map(|n| n % (points + 2) + 2).collect();
    std::thread::scope(|scope| {
        for some in points.chunks(7) {
            let voices = voices.clone();
            scope.spawn(move || {
                for point in some {
                    // Every second time it fails once more when it is back.
                    let fails = if point % 2 == 0 { vec![*point] } else { vec![*point, point + 1] };
                    let device = Device::failing(&fails);
                    for (begun, ends, heard) in two_calls(&device, &voices) {
                        let told = format!("{fails:?}: {begun} {ends:?} {heard}");
                        assert_eq!(ends.len(), 1, "{told}");
                        match &ends[0] {
                            Report::Spoken { attempt, .. } => {
                                assert!((1..=2).contains(attempt) && begun == 1, "{told}");
                                assert_eq!(heard, 1, "{told}");
                            }
                            // Lost twice in one call, or while it was being opened for it.
                            other => {
                                assert!(matches!(other, Report::Skipped { why: Skip::Silent, .. }));
                                assert_eq!(heard, 0, "{told}");
                            }
                        }
                    }
                }
            });
        }
    });
}

/// P6: without a device it says so for each call, and goes on by itself when it is back.
#[test]
fn a_device_that_is_unplugged_comes_back_by_itself() {
    let device = Device::default();
    let hall = Hall::of(&device, Voices::default());
    hall.announcer.say(say(1));
    assert!(matches!(hall.until(1).last(), Some(Report::Spoken { attempt: 1, .. })));
    device.unplug(true);
    hall.announcer.say(say(2));
    // It breaks off, is tried again and again, and said when the device is there.
    loop {
        let report = hall.told.recv_timeout(Duration::from_secs(60)).unwrap();
        if matches!(report, Report::Sound(Err(_))) {
            break;
        }
    }
    device.unplug(false);
    assert!(matches!(hall.until(2).last(), Some(Report::Spoken { attempt: 2, .. })));
    assert_eq!(device.heard().len(), 2);
}

/// A test of the loudspeaker plays to the end, or says that it does not.
#[test]
fn a_test_tells_a_dead_device_from_one_that_plays() {
    for (fails, works) in [(vec![], true), (vec![3], false), (vec![1, 2], false)] {
        let hall = Hall::of(&Device::failing(&fails), Voices::default());
        hall.announcer.test();
        let found = loop {
            if let Report::Tested(found) = hall.told.recv_timeout(Duration::from_secs(60)).unwrap()
            {
                break found;
            }
        };
        assert_eq!(found.is_ok(), works, "{fails:?}");
    }
}

/// However loud it is asked for.
#[test]
fn nothing_is_ever_cut_off_at_the_peaks() {
    let Saying::Call(call) = say(1).what else { unreachable!() };
    for db in [-20, 0, 6, 40] {
        let mut whole = compose_for(&call, &voices(), 1, None);
        whole.louder(db);
        let peak = whole.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!(peak < 0.86 && (db < 6 || peak > 0.8), "{db}: {peak}");
    }
}

/// Vietnamese, then the language the visitor chose, in about the time of the Vietnamese said twice.
#[test]
fn a_visitor_is_called_in_the_chosen_language_too_and_nobody_waits_longer() {
    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/voice");
    let english = crate::Pack::load(&packs.join("en-kokoro")).unwrap();
    let voices = Voices { others: vec![english.clone()], ..voices() };
    for (id, number) in ["K012", "05012", "M888"].iter().zip(1..).map(|(n, id)| (id, n)) {
        let what = Saying::Call(Call {
            number: number.parse().unwrap(),
            counter: "15".into(),
            zone: String::new(),
            kind: Kind::Call,
        });
        let device = Device::default();
        let hall = Hall::of(&device, voices.clone());
        hall.announcer.say(Say { what: what.clone(), lang: "en".into(), ..say(id) });
        hall.until(id);
        drop(hall);
        let Saying::Call(call) = what else { unreachable!() };
        let both = compose_for(&call, &voices, 2, Some("en"));
        assert_eq!(device.heard()[..], [&both.samples[..]]);
        let keys: Vec<_> = both.clips.iter().map(|(key, _)| key.as_str()).collect();
        let at = |wanted: &str| keys.iter().filter(|key| **key == wanted).count();
        assert_eq!((at("xin_moi_cong_dan"), at("ticket_number")), (1, 1), "{keys:?}");
        assert!(keys.iter().position(|k| *k == "ticket_number") > Some(0));
        let twice = compose_for(&call, &voices, 2, None);
        let (both_ms, twice_ms) = (both.millis(), twice.millis());
        assert!(both_ms * 4 <= twice_ms * 5, "{both_ms} ms instead of {twice_ms} ms");
        // Whoever chose Vietnamese, or a language that no pack speaks, is called as ever.
        for lang in ["vi", "tyz", ""] {
            assert_eq!(compose_for(&call, &voices, 2, Some(lang)), twice, "{lang}");
        }
        // What all are told in English is not said to one of them once more.
        let all = Voices { english: Some(english.clone()), ..voices.clone() };
        let told = compose_for(&call, &all, 2, None);
        assert_eq!(compose_for(&call, &all, 2, Some("en")), told);
    }
}
