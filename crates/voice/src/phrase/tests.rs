use std::collections::BTreeSet;

use super::vi::{cardinal, digit};
use super::*;

/// n, north, south, digits of every number to 9999, from the Unicode CLDR rules.
const VECTORS: &str = include_str!("../../tests/numbers_vi.tsv");

fn vi() -> Grammar {
    Grammar::built_in("vi").unwrap()
}

#[test]
fn every_number_reads_as_the_rules_say() {
    let (mut read, grammar) = (0, vi());
    for line in VECTORS.lines().skip(1) {
        let mut cells = line.split('\t');
        let n: u32 = cells.next().unwrap().parse().unwrap();
        let (north, south) = (cells.next().unwrap(), cells.next().unwrap());
        assert_eq!(cardinal(n, Region::North).join(" "), north);
        assert_eq!(cardinal(n, Region::South).join(" "), south);
        let digits = cells.next().unwrap();
        assert_eq!(
            n.to_string()
                .chars()
                .map(|c| digit(c.to_digit(10).unwrap()))
                .collect::<Vec<_>>()
                .join(" "),
            digits
        );
        // And so does the sentence: a number digit by digit, a counter as a cardinal.
        let call = Call {
            number: Number::new("7", n),
            counter: n.to_string(),
            zone: String::new(),
            kind: Kind::Call,
        };
        let keys = said(&grammar, &Utterance::Call(call), Region::South, &[]);
        let place = keys.iter().position(|key| key == "den_quay").unwrap();
        let words = |keys: &[String]| {
            keys.iter().map(|key| key.trim_start_matches("w_")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words(&keys[place + 1..]), south);
        let printed = Number::new("7", n).to_string();
        assert!(words(&keys[1..place]).ends_with(digits), "{printed}: {keys:?}");
        assert!(!keys[..place].contains(&"w_lăm".to_owned()));
        read += 1;
    }
    assert_eq!(read, 10_000);
}

fn said(grammar: &Grammar, what: &Utterance, region: Region, has: &[&str]) -> Vec<String> {
    grammar.clips(what, region, |key| has.contains(&key)).into_iter().map(|s| s.key).collect()
}

fn keys(number: &str, counter: &str, kind: Kind, has: &[&str]) -> Vec<String> {
    let call = Call {
        number: number.parse().unwrap(),
        counter: counter.into(),
        zone: String::new(),
        kind,
    };
    said(&vi(), &Utterance::Call(call), Region::North, has)
}

#[test]
fn the_longest_clip_is_preferred() {
    let whole = keys("K012", "15", Kind::Call, &["den_quay_15"]);
    assert_eq!(whole, ["xin_moi_cong_dan", "l_K", "w_không", "w_một", "w_hai", "den_quay_15"]);
    let words = keys("05012", "15", Kind::Recall, &[]);
    assert_eq!(words[..2], ["nhac_lai", "xin_moi_cong_dan"]);
    assert_eq!(words[2..7], ["w_không", "w_năm", "w_không", "w_một", "w_hai"]);
    assert_eq!(words[7..], ["den_quay", "w_mười", "w_lăm"]);
    // Runs of words, whichever a pack offers; a longer one wins over a shorter one.
    let has = ["l_K+w_không", "w_một+w_hai", "l_K+w_không+w_một", "w_mười+w_lăm"];
    let runs = keys("K012", "15", Kind::Call, &has);
    let expected = ["xin_moi_cong_dan", "l_K+w_không+w_một", "w_hai", "den_quay", "w_mười+w_lăm"];
    assert_eq!(runs, expected);
}

#[test]
fn each_kind_of_call_has_a_sentence_of_its_own() {
    let opening = |kind| keys("K012", "7", kind, &["den_quay_07"]);
    assert_eq!(opening(Kind::LastCall)[..2], ["lan_cuoi", "cong_dan_co_so"]);
    let transfer = opening(Kind::Transfer);
    assert_eq!(transfer[transfer.len() - 2..], ["chuyen", "den_quay_07"]);
    let all: BTreeSet<_> = Kind::ALL.iter().map(|kind| opening(*kind)).collect();
    assert_eq!(all.len(), 4);
}

#[test]
fn notices_say_times_as_people_do() {
    let notice = |notice, region| said(&vi(), &Utterance::Notice(notice), region, &[]);
    let lunch = notice(Notice::Lunch { from: 11 * 60 + 35, to: 13 * 60 }, Region::North);
    let expected =
        "nghi_trua w_mười w_một gio w_ba w_mươi w_lăm den w_mười w_ba gio so_con_gia_tri";
    assert_eq!(lunch.join(" "), expected);
    let closing = notice(Notice::Closing { minutes: 21 }, Region::South);
    assert_eq!(closing.join(" "), "con w_hai w_mươi w_mốt phut_het_gio chua_co_so");
    let english = Grammar::built_in("en").unwrap();
    let lunch = Utterance::Notice(Notice::Lunch { from: 11 * 60 + 30, to: 13 * 60 });
    let lunch = said(&english, &lunch, Region::North, &[]).join(" ");
    assert_eq!(lunch, "lunch_break w_eleven w_thirty until w_thirteen oclock stay_valid");
}

#[test]
fn english_reads_letters_digits_and_the_counter() {
    let call = Call {
        number: "K012".parse().unwrap(),
        counter: "21".into(),
        zone: String::new(),
        kind: Kind::Call,
    };
    let english = Grammar::built_in("en").unwrap();
    let keys = said(&english, &Utterance::Call(call), Region::North, &[]).join(" ");
    assert_eq!(keys, "ticket_number l_K w_zero w_one w_two to_counter w_twenty w_one");
}

#[test]
fn a_counter_without_a_number_is_left_to_the_screen() {
    assert_eq!(keys("K012", "Tiếp đón", Kind::Call, &[]).last().unwrap(), "w_hai");
    assert_eq!(keys("K012", "12345", Kind::Call, &[]).last().unwrap(), "w_hai");
}

#[test]
fn letters_that_sound_alike_are_told() {
    let pairs = vi().alike(&["B", "D", "H", "S", "X", "05", "06"]);
    assert_eq!(pairs, [("B", "D"), ("S", "X")]);
    assert_eq!(vi().alike(&["A", "B", "H", "K", "S", "U"]), []);
    assert_eq!(vi().alike(&["KB", "KD", "HB", "KB"]), [("KB", "KD"), ("KD", "KB")]);
}

#[test]
fn every_clip_a_sentence_asks_for_has_words() {
    for lang in ["vi", "en"] {
        let grammar = Grammar::built_in(lang).unwrap();
        let scope = Scope {
            letters: ('A'..='Z').collect(),
            counters: (1..=999).collect(),
            zones: vec!["B".into(), "12".into()],
            region: Region::South,
            notices: true,
        };
        let sheet = grammar.sheet(&scope);
        for key in grammar.wanted(&scope, |_| false) {
            let text = grammar.text(&key, scope.region);
            assert!(text.is_some_and(|text| !text.is_empty()), "{lang}: {key}");
            assert_eq!(sheet.iter().filter(|line| line.key == key && line.needed).count(), 1);
        }
        assert_eq!(
            sheet.iter().filter(|line| !line.needed).count(),
            1_002,
            "each counter and zone whole"
        );
    }
    assert_eq!(vi().text("den_quay_15", Region::North).unwrap(), "đến quầy số mười lăm");
    assert_eq!(vi().text("w_ngàn", Region::North).unwrap(), "ngàn");
    assert_eq!(vi().text("l_L", Region::North).unwrap(), "e lờ");
    assert_eq!(vi().text("l_LL", Region::North), None);
    assert_eq!(vi().text("w_twenty", Region::North), None);
}

const TAY: &str = "lang = \"tyz\"\nname = \"Tày\"\ncardinals = \"digits\"\ncounter = \"quay\"\n\
    digits = [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]\n\
    [sentences]\ncall = [\"moi\", \"{number}\", \"{counter}\"]\n[words]\nmoi = \"…\"\nquay = \"…\"\n\
    [letters]\nK = \"ca\"\n";

#[test]
fn another_language_is_a_phrase_file() {
    let grammar = Grammar::read(TAY).unwrap();
    let call = Call {
        number: "K012".parse().unwrap(),
        counter: "15".into(),
        zone: String::new(),
        kind: Kind::Call,
    };
    let keys = |has: &[&str]| said(&grammar, &Utterance::Call(call.clone()), Region::North, has);
    assert_eq!(keys(&[]).join(" "), "moi l_K w_0 w_1 w_2 quay w_1 w_5");
    assert_eq!(keys(&["quay_15"]).join(" "), "moi l_K w_0 w_1 w_2 quay_15");
    // What it has no sentence for is not said.
    assert!(said(&grammar, &Utterance::Notice(Notice::Closed), Region::North, &[]).is_empty());
}

#[test]
fn a_phrase_file_with_a_mistake_names_it() {
    let told =
        |from: &str, to: &str| Grammar::read(&TAY.replace(from, to)).unwrap_err().to_string();
    assert!(told("\"moi\", ", "\"moii\", ").contains("\"moii\""));
    assert!(told("{number}", "{nummer}").contains("{nummer}"));
    assert!(told("call =", "cal =").contains("\"cal\""));
    assert!(told("\"quay\"\n", "\"quai\"\n").contains("counter = \"quai\""));
    assert!(told("\"0\", ", "").contains('9'));
    assert!(told("call = [\"moi\", \"{number}\", \"{counter}\"]", "").contains("call"));
    assert!(Grammar::built_in("tyz").unwrap_err().to_string().contains("phrases.toml"));
}

#[test]
fn a_zone_is_said_after_the_counter_as_one_clip_where_there_is_one() {
    let said_in = |zone: &str, has: &[&str]| {
        let call = Call {
            number: "K012".parse().unwrap(),
            counter: "8".into(),
            zone: zone.into(),
            kind: Kind::Call,
        };
        said(&vi(), &Utterance::Call(call), Region::North, has)[5..].join(" ")
    };
    assert_eq!(said_in("B", &[]), "den_quay w_tám khu l_B");
    assert_eq!(said_in("B", &["khu_B"]), "den_quay w_tám khu_B");
    assert_eq!(said_in("15", &[]), "den_quay w_tám khu w_mười w_lăm");
    assert_eq!(said_in("15", &["khu_15"]), "den_quay w_tám khu_15");
    assert_eq!(said_in("", &["khu_B"]), "den_quay w_tám");
    assert_eq!(vi().text("khu_B", Region::North).unwrap(), "khu bê");
    assert_eq!(vi().text("khu_21", Region::North).unwrap(), "khu hai mươi mốt");
    assert_eq!(vi().text("khu_?", Region::North), None);
}
