use super::*;

fn site() -> Site {
    toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap()
}

#[test]
fn a_message_has_the_words_asked_for_or_the_centres_or_the_usual_ones() {
    let mut site = site();
    let none = Text::default();
    for danger in Danger::ALL {
        assert_eq!(Danger::from_word(danger.word()), Some(danger));
        let usual = wording(&site, danger, &none);
        match danger {
            Danger::Other => assert_eq!(usual, Err(Refusal::MessageLength { most: TEXT_MAX })),
            Danger::Evacuation | Danger::PowerCut | Danger::Failure => {
                assert_eq!(usual, Ok(danger.usual()));
            }
        }
    }
    let own = Text::new("Ra sân trước", "To the front yard");
    site.emergencies.push(Wording { danger: Danger::Evacuation, text: own.clone() });
    assert_eq!(wording(&site, Danger::Evacuation, &none), Ok(own));
    let said = Text::new(" Xe 30A-123.45\nchắn lối ra ", "");
    let clean = Text::new("Xe 30A-123.45 chắn lối ra", "");
    assert_eq!(wording(&site, Danger::Other, &said), Ok(clean));
}

#[test]
fn a_message_that_no_screen_holds_is_refused() {
    let site = site();
    let long = |count: usize| Text::new("ễ".repeat(count), "");
    assert!(wording(&site, Danger::Other, &long(TEXT_MAX)).is_ok());
    let refused = Err(Refusal::MessageLength { most: TEXT_MAX });
    assert_eq!(wording(&site, Danger::Other, &long(TEXT_MAX + 1)), refused);
    let foreign = Text::new("a", "b".repeat(TEXT_MAX + 1));
    assert_eq!(wording(&site, Danger::Other, &foreign), refused);
}
