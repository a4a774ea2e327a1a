use super::*;

#[test]
fn only_a_counters_own_action_is_its_to_take_back() {
    let ten = CounterId::from("10");
    let number = Number::new("H", 1);
    let cancel = |by| Action::Cancel { number: number.clone(), by };
    assert_eq!(Action::CallNext { counter: ten.clone() }.acting(), Some(&ten));
    assert_eq!(cancel(Some(ten.clone())).acting(), Some(&ten));
    assert_eq!(cancel(None).acting(), None, "a help desk's");
    let take_over = Action::TakeOver { counter: ten.clone(), from: "9".into() };
    assert_eq!(take_over.acting(), Some(&ten), "whoever goes on, not whoever is gone");
    assert_eq!(Action::ConfirmDate.acting(), None);
}

/// A request's digest is made over this text: what has one meaning must have one text, and one
/// that an older program wrote must stay readable.
#[test]
fn an_action_reads_back_and_leaves_out_what_nobody_wished() {
    let plain = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    let text = serde_json::to_string(&plain).unwrap();
    assert!(!text.contains("person") && !text.contains("then") && !text.contains("told"));
    assert_eq!(serde_json::from_str::<Action>(&text).unwrap(), plain);
    let finish = Action::AtCounter { counter: "10".into(), step: CounterStep::finish() };
    let text = serde_json::to_string(&finish).unwrap();
    assert_eq!(serde_json::from_str::<Action>(&text).unwrap(), finish);
}

#[test]
fn a_person_is_never_printed() {
    let wish = Wish { person: Some(PersonKey("5e55".into())), ..Wish::default() };
    assert!(!format!("{wish:?}").contains("5e55"));
}

#[test]
fn outcomes_and_words_go_both_ways() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_word(outcome.word()), Some(outcome));
    }
    assert_eq!(Outcome::from_word("lost"), None);
}
