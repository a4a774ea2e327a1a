use super::*;
use crate::BusinessDay;

fn event(seq: i64, what: &str) -> Event {
    let fields = "\"ticket\":null,\"number\":null,\"service\":null,\"counter\":null";
    let text = format!("{{\"seq\":{seq},\"at\":{seq}000,\"day\":20261123,{fields},{what}}}");
    serde_json::from_str(&text).unwrap()
}

/// Ledgers of before displays had names.
#[test]
fn an_event_without_a_display_still_reads() {
    let old = event(7, r#""kind":"announced","call":3,"heard":"spoken","attempt":2"#);
    assert_eq!(old.day, BusinessDay(20_261_123));
    let heard = Heard::Spoken { attempt: 2 };
    assert_eq!(old.what, What::Announced { call: 3, display: String::new(), heard });
    let text = serde_json::to_string(&old).unwrap();
    assert!(!text.contains("display"), "what is not known is not written: {text}");
}

#[test]
fn each_display_answers_for_itself() {
    let events = [
        event(4, r#""kind":"announced","call":3,"display":"a","heard":"shown""#),
        event(5, r#""kind":"announced","call":3,"display":"b","heard":"shown""#),
        event(6, r#""kind":"announced","call":3,"display":"a","heard":"begun""#),
        event(7, r#""kind":"announced","call":9,"display":"a","heard":"shown""#),
        event(8, r#""kind":"announced","call":3,"display":"b","heard":"skipped","why":"no_sound""#),
        event(9, r#""kind":"announced","call":3,"display":"a","heard":"spoken","attempt":1"#),
        event(10, r#""kind":"announced","call":3,"display":"a","heard":"shown""#),
    ];
    let known = Hearing::of(3, &events);
    let names: Vec<_> = known.iter().map(|hearing| hearing.display.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(known[0].shown, Some(events[0].at), "the first time counts");
    assert!(known[0].spoken() && !known[1].spoken() && known[1].begun());
    let json = serde_json::to_value(&known).unwrap();
    assert_eq!(
        (json[1]["heard"].as_str(), json[1]["why"].as_str()),
        (Some("skipped"), Some("no_sound"))
    );
}
