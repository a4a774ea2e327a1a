use super::*;

fn entry(name: &str, words: &[&str]) -> Entry {
    Entry {
        service: "s".into(),
        procedure: Some(0),
        name: name.into(),
        words: words.iter().map(|words| (*words).to_owned()).collect(),
        field: "Hộ tịch".into(),
    }
}

fn finder() -> Finder {
    Finder::new(vec![
        entry("Đăng ký khai sinh", &["giấy khai sinh"]),
        entry("Đăng ký lại khai sinh", &[]),
        entry("Đăng ký kết hôn", &[]),
        entry("Cấp Giấy xác nhận tình trạng hôn nhân", &["giấy độc thân"]),
        entry("Đổi giấy phép lái xe", &["bằng lái"]),
        entry("Cấp giấy phép xây dựng nhà ở riêng lẻ", &["xin phép xây nhà"]),
        entry("Đăng ký thành lập hộ kinh doanh", &[]),
    ])
}

/// The name that answers first; empty when nothing does.
fn first(query: &str) -> String {
    let finder = finder();
    let hits = finder.find(query);
    hits.first().map(|hit| finder.entries()[hit.entry].name.clone()).unwrap_or_default()
}

#[test]
fn marks_case_and_slips_are_forgiven() {
    for query in [
        "dang ky khai sinh",
        "ĐĂNG KÝ KHAI SINH",
        "dang ki khai sihn",
        "dangky khai sin",
        "giay khai sinh",
    ] {
        assert_eq!(first(query), "Đăng ký khai sinh", "{query}");
    }
    assert_eq!(first("ddawng kys keets hoon"), "Đăng ký kết hôn", "raw Telex");
    assert_eq!(
        first("giay doc than"),
        "Cấp Giấy xác nhận tình trạng hôn nhân",
        "words of the street"
    );
    assert_eq!(first("gplx"), "Đổi giấy phép lái xe", "initials");
    assert_eq!(first("dk kinh doanh"), "Đăng ký thành lập hộ kinh doanh", "initials and words");
    assert_eq!(first("khai sinh lai"), "Đăng ký lại khai sinh", "another order");
    assert_eq!(first("toi muon doi bang lai xe"), "Đổi giấy phép lái xe", "a whole sentence");
}

#[test]
fn what_nobody_offers_finds_nothing() {
    for query in ["", "   ", "!!!", "zzzzqqq", "\u{0301}\u{0301}", "🙂"] {
        assert!(finder().find(query).is_empty(), "{query:?}");
    }
}

#[test]
fn a_beginning_is_enough() {
    assert_eq!(first("giay phep la"), "Đổi giấy phép lái xe");
    assert_eq!(first("tinh tr"), "Cấp Giấy xác nhận tình trạng hôn nhân");
}

#[test]
fn what_was_asked_for_is_marked_in_the_name() {
    let names = [
        "Đổi giấy phép lái xe",
        "Cấp lại giấy phép lái xe do bị mất",
        "Đăng ký (lại) khai\u{a0}sinh",
    ];
    let entry = |name: &&str| Entry {
        service: "x".into(),
        procedure: None,
        name: (*name).to_owned(),
        words: Vec::new(),
        field: String::new(),
    };
    let finder = Finder::new(names.iter().map(entry).collect());
    let marked = |entry: usize, query: &str| -> String {
        let parts = finder.marked(entry, query);
        let whole: String = parts.iter().map(|(part, _)| part.as_str()).collect();
        assert_eq!(whole, names[entry], "nothing is lost");
        parts
            .iter()
            .map(|(part, hit)| if *hit { format!("[{part}]") } else { part.clone() })
            .collect()
    };
    assert_eq!(marked(0, "giay phep lai xe"), "Đổi [giấy phép lái xe]");
    assert_eq!(marked(1, "toi muon giay phep bi mat"), "Cấp lại [giấy phép] lái xe do bị [mất]");
    assert_eq!(marked(0, "gplx"), "Đổi [giấy phép lái xe]");
    assert_eq!(marked(2, "khai sinh"), "Đăng ký (lại) [khai\u{a0}sinh]");
    assert_eq!(marked(0, "ho chieu"), names[0]);
    assert_eq!(marked(0, ""), names[0]);
    assert!(finder.marked(9, "giay").is_empty());
}
