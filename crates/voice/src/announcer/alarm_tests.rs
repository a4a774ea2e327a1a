//! An emergency breaks off what is said, is repeated, and leaves nothing unsaid that is still news.

use super::tests::{Hall, say, voices};
use super::*;
use crate::compose_message;
use crate::output::played::Device;

fn emergency(id: i64) -> Emergency {
    let notice = Some(Notice::Emergency);
    Emergency { id, notice, text: None, every: Duration::from_millis(20), gain_db: 0 }
}

/// The announcement of a call whose sentence is said so often.
fn whole(id: i64, times: u32) -> Announcement {
    let Saying::Call(call) = say(id).what else { unreachable!() };
    compose_for(&call, &voices(), times, None)
}

/// P6: also the call that an emergency broke off is said, once more.
#[test]
fn an_emergency_breaks_off_a_call_between_two_clips_and_the_call_is_said_afterwards() {
    let device = Device::slow();
    let hall = Hall::of(&device, voices());
    hall.announcer.say(say(1));
    hall.report(&Report::Begun { id: 1 });
    device.looked(3);
    hall.announcer.emergency(Some(emergency(100)));
    for _ in 0..3 {
        hall.report(&Report::Spoken { id: 100, attempt: 1 });
    }
    // Whoever is called meanwhile waits.
    hall.announcer.say(say(2));
    hall.report(&Report::Spoken { id: 100, attempt: 1 });
    hall.announcer.emergency(None);
    let said = [hall.until(1), hall.until(2)].concat();
    assert!(said.contains(&Report::Spoken { id: 1, attempt: 2 }), "{said:?}");
    assert!(said.contains(&Report::Spoken { id: 2, attempt: 1 }), "{said:?}");
    assert!(!said.contains(&Report::Begun { id: 1 }), "on record once: {said:?}");
    drop(hall);
    let heard = device.heard();
    let (first, once) = (whole(1, 2), whole(1, 1));
    // Broken off where a clip begins, and nowhere else.
    assert!(first.clips.iter().any(|(_, at)| *at == heard[0].len()), "{}", heard[0].len());
    assert_eq!(heard[0], first.samples[..heard[0].len()]);
    let alarm = compose_message(Some(Notice::Emergency), None, &voices()).samples;
    assert!(heard[1..4].iter().all(|sound| *sound == alarm));
    let after: Vec<_> = heard[4..].iter().filter(|sound| sound.len() != alarm.len()).collect();
    let after: Vec<_> = after.iter().filter(|sound| !alarm.starts_with(sound)).collect();
    assert_eq!(after.len(), 2, "each call once");
    assert_eq!(**after[0], once.samples, "two waited, so it is said once");
    assert_eq!(**after[1], whole(2, 2).samples);
}

#[test]
fn a_call_that_an_emergency_made_old_or_a_counter_took_back_is_not_said() {
    let device = Device::slow();
    let hall = Hall::of(&device, voices());
    hall.announcer.say(Say { age: Duration::from_secs(59), ..say(1) });
    hall.announcer.say(Say { age: Duration::from_secs(59), ..say(2) });
    hall.report(&Report::Begun { id: 1 });
    device.looked(3);
    hall.announcer.emergency(Some(emergency(100)));
    hall.report(&Report::Spoken { id: 100, attempt: 1 });
    hall.announcer.say(say(3));
    hall.announcer.say(say(4));
    hall.announcer.hush(3);
    assert_eq!(hall.until(3).last(), Some(&Report::Skipped { id: 3, why: Skip::Cancelled }));
    let until = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        hall.report(&Report::Spoken { id: 100, attempt: 1 });
    }
    hall.announcer.emergency(None);
    let said = hall.until(4);
    for id in 1..=2 {
        assert!(said.contains(&Report::Skipped { id, why: Skip::Stale }), "{said:?}");
    }
    assert!(said.contains(&Report::Spoken { id: 4, attempt: 1 }), "{said:?}");
}

/// In quiet hours, without a clip, through a device that dies: it is tried again until it is heard.
#[test]
fn an_emergency_waits_for_the_loudspeaker_and_knows_no_quiet_hours() {
    let device = Device::default();
    let hall = Hall::of(&device, Voices::default());
    hall.report(&Report::Sound(Ok(())));
    device.unplug(true);
    let alarm = Emergency { notice: None, gain_db: -30, ..emergency(100) };
    hall.announcer.emergency(Some(alarm));
    hall.report(&Report::Skipped { id: 100, why: Skip::Silent });
    device.unplug(false);
    hall.report(&Report::Spoken { id: 100, attempt: 1 });
    drop(hall);
    assert_eq!(device.heard().last(), Some(&notice_chime()), "the chime at its full level");
}

/// What a command read is heard in place of the sentence; one that reads nothing leaves the sentence.
#[test]
fn free_text_is_read_by_the_command_and_the_sentence_stands_in() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("read.wav");
    let tone: Vec<f32> = (0_u16..12_000).map(|i| (f32::from(i) * 0.1).sin() * 0.3).collect();
    crate::write_wav(&wav, &tone).unwrap();
    let text = Some("Xe 30A chắn lối ra".to_owned());
    let alarm = Emergency { text, ..emergency(100) };
    let sentence = compose_message(Some(Notice::Emergency), None, &voices()).samples;
    for (command, read) in [(vec!["cat".to_owned(), wav.display().to_string()], false), {
        let script = format!("cat {}", wav.display());
        (vec!["sh".to_owned(), "-c".to_owned(), script], true)
    }] {
        let device = Device::default();
        let reader = crate::Speaker::new(command, Duration::from_secs(20));
        let hall = Hall::reading(&device, voices(), reader);
        hall.announcer.emergency(Some(alarm.clone()));
        hall.report(&Report::Spoken { id: 100, attempt: 1 });
        drop(hall);
        assert_eq!(device.heard()[0] != sentence, read, "{read}");
    }
}

/// A notice of the centre's own words is read; where it cannot be, its sentence stands in, and without
/// one nothing is heard, not even a chime.
#[test]
fn a_notice_in_the_centres_own_words_is_read_or_its_sentence_said() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("read.wav");
    let tone: Vec<f32> = (0_u16..24_000).map(|i| (f32::from(i) * 0.1).sin() * 0.3).collect();
    crate::write_wav(&wav, &tone).unwrap();
    let script = |script: String| {
        let command = vec!["sh".to_owned(), "-c".to_owned(), script];
        crate::Speaker::new(command, Duration::from_secs(20))
    };
    let works = || script(format!("cat {}", wav.display()));
    let notice = |sentence| Say {
        what: Saying::Notice(sentence, "Mời nhận lại giấy tờ".into()),
        id: -1,
        ..say(1)
    };
    let sentence = compose_message(Some(Notice::Closed), None, &voices()).samples;
    for (reader, of, heard) in [
        (works(), None, Some(false)),
        (works(), Some(Notice::Closed), Some(false)),
        (script("exit 3".into()), Some(Notice::Closed), Some(true)),
        (crate::Speaker::default(), Some(Notice::Closed), Some(true)),
        (script("exit 3".into()), None, None),
    ] {
        let off = reader.is_off();
        let device = Device::default();
        let hall = Hall::reading(&device, voices(), reader);
        hall.announcer.say(notice(of));
        let said = hall.until(-1);
        drop(hall);
        let told = said.contains(&Report::Unread { id: -1 });
        assert_eq!(told, heard != Some(false) && !off, "{said:?}");
        match (heard, said.last()) {
            (None, Some(Report::Skipped { why: Skip::Unread, .. })) => {
                assert_eq!(device.heard().len(), 0, "no chime");
            }
            (Some(is_sentence), Some(Report::Spoken { .. })) => {
                assert_eq!(device.heard()[0] == sentence, is_sentence);
            }
            other => panic!("{other:?}"),
        }
    }
}
