use super::*;

#[test]
fn a_device_that_works_again_ends_its_trouble_and_not_the_packs() {
    let sound = |report_: &Report, lacking: &mut Option<Trouble>| {
        if let Voice::Sound(trouble) = report(report_, lacking) {
            trouble.map(|trouble| trouble.en)
        } else {
            Some("no sound report".to_owned())
        }
    };
    let (lost, back) = (Report::Sound(Err("gone".into())), Report::Sound(Ok(())));
    let mut lacking = None;
    assert_eq!(sound(&lost, &mut lacking).as_deref(), Some("Loudspeaker: no device"));
    assert_eq!(sound(&back, &mut lacking), None);
    let incomplete = Report::Incomplete { missing: vec!["w_hai".into()] };
    assert_eq!(sound(&incomplete, &mut lacking).as_deref(), Some("The voice pack lacks a word"));
    assert_eq!(sound(&lost, &mut lacking).as_deref(), Some("Loudspeaker: no device"));
    assert_eq!(sound(&back, &mut lacking).as_deref(), Some("The voice pack lacks a word"));
}

#[test]
fn a_pack_that_is_not_there_is_said() {
    let sound = SoundSection { packs: "/nowhere".into(), ..SoundSection::default() };
    let (voices, lacking) = voices(&sound);
    assert!(voices.main.is_none() && voices.fallback.is_none());
    assert_eq!(lacking.unwrap().vi, "Không đọc được bộ giọng vi-kokoro");
}
