use super::{Scan, *};

/// Of what a test writes down.
fn read(code: &str, site: &Site) -> Option<Scan> {
    super::read(&Code::from(code), site)
}

/// A made-up card: the number belongs to nobody.
const CARD: &str =
    "001099000001|012345678|Nguyễn Văn An|01021999|Nam|Số 1, Phường A, Hà Nội|15042021";

fn site() -> Site {
    *crate::testing::site()
}

fn born(code: &str) -> Option<i32> {
    match read(code, &site())? {
        Scan::Card { born, .. } => Some(born.0),
        Scan::Slip { .. } | Scan::Booking(_) | Scan::Receipt => None,
    }
}

#[test]
fn a_card_tells_its_number_and_its_day_of_birth_and_nothing_else() {
    let Some(Scan::Card { id, born }) = read(CARD, &site()) else { panic!("no card") };
    assert_eq!((id.reveal(), born), ("001099000001", BusinessDay(19_990_201)));
    let shown = format!("{:?} {:?}", Code::from(CARD), read(CARD, &site()));
    assert!(!shown.contains("001099") && !shown.contains("Nguyễn"), "{shown}");
}

#[test]
fn cards_of_every_make_are_read() {
    // No old number; no address and no day of issue; slashes; marks taken apart; more fields.
    assert_eq!(born("001099000001||A|01021999|Nam|Hà Nội|15042021"), Some(19_990_201));
    assert_eq!(born("001099000001||A|01021999|Nam||"), Some(19_990_201));
    assert_eq!(born("001199000001||A|01/02/1999|Nu\u{31b}\u{303}|x|15/04/2021"), Some(19_990_201));
    assert_eq!(born("001099000001||A|01021999|Nam|x|15042021|cha|mẹ||"), Some(19_990_201));
    assert_eq!(born(&format!("  {CARD}\r\n")), Some(19_990_201));
    // Of this century.
    assert_eq!(born("001301000001||A|31122001|Nữ|x|15042021"), Some(20_011_231));
}

#[test]
fn a_misread_card_is_none() {
    for code in [
        "001099000001|012345678|An|01021999|Nam|Hà Nội",
        "00109900000|012345678|An|01021999|Nam|x|15042021",
        "001099000001||An|01021998|Nam|x|15042021",
        "001099000001||An|01021999|Nữ|x|15042021",
        "001099000001||An|01131999|Nam|x|15042021",
        "001099000001||An|0102199|Nam|x|15042021",
        "|||||||||||||",
        // A card of health insurance: other fields, letters as hex.
        "DN4010112345678|4e67|01/02/1999|1|x|y|z|a",
    ] {
        assert_eq!(read(code, &site()), None, "{code}");
    }
}

#[test]
fn ages_are_whole_years() {
    let today = BusinessDay(20_261_123);
    for (born, years) in [(19_661_123, 60), (19_661_124, 59), (20_261_123, 0), (20_300_101, 0)] {
        assert_eq!(age(BusinessDay(born), today), years, "{born}");
    }
}

#[test]
fn slips_bookings_and_receipts_are_told_apart() {
    let site = site();
    let slip = read(&format!("{}20261123-h042", site.follow_url), &site);
    assert_eq!(slip, Some(Scan::Slip { day: BusinessDay(20_261_123), number: "H042".into() }));
    assert_eq!(read("123456", &site), Some(Scan::Booking(BookingCode("123456".into()))));
    for code in ["000.00.04.H49-220815-0001", "H15.21.2-231123-00017"] {
        assert_eq!(read(code, &site), Some(Scan::Receipt), "{code}");
    }
    for code in ["1234567", "https://example.org/20261123-H042", "H49-220815-1", "a-b-c", ""] {
        assert_eq!(read(code, &site), None, "{code}");
    }
}

/// P18: whatever is held before the scanner.
#[test]
fn nothing_that_can_be_printed_as_a_code_does_harm() {
    let site = site();
    for code in [
        "\u{1b}[2J",
        "\u{16}\u{3}\u{4}",
        "';DROP TABLE ticket;--",
        "<script>alert(1)</script>",
        "\u{202e}24hoan|||",
        "]C1010461234567890",
        "🙂|🙂|🙂|🙂|🙂|🙂|🙂",
    ] {
        assert_eq!(read(code, &site), None, "{code:?}");
    }
    assert_eq!(read(&"9".repeat(CODE_MAX + 1), &site), None);
    assert_eq!(read(&"|".repeat(CODE_MAX), &site), None);
}
