use super::vi::{cardinal, digit};
use super::*;

/// n, north, south, digits of every number to 9999, from the Unicode CLDR rules.
const VECTORS: &str = include_str!("../../tests/numbers_vi.tsv");

#[test]
fn every_number_reads_as_the_rules_say() {
    let mut read = 0;
    for line in VECTORS.lines().skip(1) {
        let mut cells = line.split('\t');
        let n: u32 = cells.next().unwrap().parse().unwrap();
        assert_eq!(cardinal(n, Region::North).join(" "), cells.next().unwrap());
        assert_eq!(cardinal(n, Region::South).join(" "), cells.next().unwrap());
        let digits: Vec<_> =
            n.to_string().chars().map(|c| digit(c.to_digit(10).unwrap())).collect();
        assert_eq!(digits.join(" "), cells.next().unwrap());
        read += 1;
    }
    assert_eq!(read, 10_000);
}

fn keys(number: &str, counter: &str, kind: Kind, has: &[&str]) -> Vec<String> {
    let call = Call { number: number.parse().unwrap(), counter: counter.into(), kind };
    vi::clips(&call, Region::North, |key| has.contains(&key)).into_iter().map(|s| s.key).collect()
}

#[test]
fn a_whole_clip_is_preferred_to_words() {
    let whole = keys("K012", "15", Kind::Call, &["den_quay_15"]);
    assert_eq!(whole, ["xin_moi_cong_dan", "l_K", "w_không", "w_một", "w_hai", "den_quay_15"]);
    let words = keys("05012", "15", Kind::Recall, &[]);
    assert_eq!(words[..2], ["nhac_lai", "xin_moi_cong_dan"]);
    assert_eq!(words[2..7], ["w_không", "w_năm", "w_không", "w_một", "w_hai"]);
    assert_eq!(words[7..], ["den_quay", "w_mười", "w_lăm"]);
}

#[test]
fn english_reads_letters_digits_and_the_counter() {
    let call = Call { number: "K012".parse().unwrap(), counter: "21".into(), kind: Kind::Call };
    let keys: Vec<_> = en::clips(&call).into_iter().map(|s| s.key).collect();
    assert_eq!(
        keys,
        ["ticket_number", "l_K", "w_zero", "w_one", "w_two", "to_counter", "w_twenty", "w_one"]
    );
}
