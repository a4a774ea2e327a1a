use super::*;

#[test]
fn a_number_is_printed_with_three_digits_and_grows() {
    assert_eq!(Number::new("K", 12).to_string(), "K012");
    assert_eq!(Number::new("05", 12).to_string(), "05012");
    assert_eq!(Number::new("K", 1000).to_string(), "K1000");
}

#[test]
fn what_is_printed_reads_back() {
    for text in ["K012", "05012", "1001", "K1000"] {
        assert_eq!(text.parse::<Number>().map(|n| n.to_string()), Ok(text.to_owned()));
    }
    assert_eq!(" k012 ".parse(), Ok(Number::new("K", 12)));
    for wrong in ["", "K", "K12", "K000", "012", "ABCD012", "K-12", "K01x"] {
        assert_eq!(wrong.parse::<Number>(), Err(NotANumber), "{wrong}");
    }
}
