use super::*;

fn own(text: &str) -> Result<Vec<Profile>, BadFile> {
    list(Path::new("printers.toml"), text)
}

const SMALL: &str = "\n[[profile]]\nid = \"own\"\nname = \"Own\"\nanswers = [\"TM-T88VI\"]\n\
    dpi = 203\ndots_80 = 576\ndots_58 = 384\nconfirm = \"barrier\"\nstatus = [1, 4]\n\
    near_end = true\nrecover = false\nclear = false\ncutter = \"full\"\nfeed_lines = 3\n\
    margin_mm = 14\nspeed_mm_s = 150\nflow = \"none\"\n";

#[test]
fn the_models_of_the_field_are_known() {
    let profiles = Profiles::built_in().unwrap();
    for id in [
        "epson-tm-t82",
        "epson-tm-t88",
        "xprinter-80",
        "custom-vkp80",
        "generic",
        "virtual",
        "epson",
    ] {
        assert!(profiles.named(id).is_some(), "{id}");
    }
    assert!(profiles.named("custom-vkp80").unwrap().presenter.is_some());
    assert!(profiles.unnamed().is_some() && profiles.silent().is_some());
}

#[test]
fn a_printer_is_known_by_what_it_calls_itself() {
    let profiles = Profiles::built_in().unwrap();
    for (said, id) in [
        ("MFG:EPSON;CMD:ESC/POS;MDL:TM-T82II;CLS:PRINTER;", "epson-tm-t82"),
        ("_EPSON\0_TM-T88V\0", "epson-tm-t88"),
        ("MFG:Xprinter;MDL:XP-80C;", "xprinter-80"),
        ("MFG:CUSTOM SPA;MDL:VKP80II;", "custom-vkp80"),
    ] {
        assert_eq!(profiles.answering(said).map(|p| p.id.as_str()), Some(id), "{said}");
    }
    assert_eq!(profiles.answering("MFG:HP;MDL:LaserJet;"), None);
}

#[test]
fn a_centres_own_profile_goes_before_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    std::fs::write(&path, SMALL).unwrap();
    let profiles = Profiles::with(&path).unwrap();
    assert_eq!(profiles.answering("TM-T88VI").unwrap().id, "own");
    assert_eq!(profiles.answering("TM-T88V").unwrap().id, "epson-tm-t88");
    assert!(profiles.ids().contains(&"own") && profiles.ids().contains(&"generic"));
}

#[test]
fn what_does_not_fit_together_is_refused_with_file_line_and_help() {
    for (from, to, line, word) in [
        ("dpi = 203", "dpi = 20", 3, "100..=600"),
        ("dots_80 = 576", "dots_80 = 57", 3, "dots_80"),
        ("status = [1, 4]", "status = [1, 9]", 3, "holds 9"),
        ("confirm = \"barrier\"", "confirm = \"drain\"\nodd = 1", 10, "unknown field"),
        ("confirm = \"barrier\"", "confirm = \"faith\"", 9, "unknown variant"),
        ("flow = \"none\"", "flow = \"none\"\n[profile.presenter]\ncut = \"1B 6G\"", 20, "hex"),
    ] {
        let error = own(&SMALL.replace(from, to)).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        let said = error.to_string();
        assert!(said.contains(word) && said.contains("printers.toml, line"), "{said}");
        assert!(said.contains("help:"), "{said}");
    }
    let twice = own(&[SMALL, SMALL].concat()).unwrap_err();
    assert!(twice.line == Some(21) && twice.what.contains("twice"), "{twice}");
    assert!(own("").unwrap_err().what.contains("no [[profile]]"));
    let drain = SMALL.replace("\"barrier\"", "\"drain\"").replace("[1, 4]", "[]");
    assert!(own(&drain).unwrap_err().what.contains("needs a status question"));
}

#[test]
fn the_paper_of_a_slip_is_counted_with_its_margin() {
    let profiles = Profiles::built_in().unwrap();
    // 1,624 rows at 203 dpi are eight inches.
    assert_eq!(profiles.named("generic").unwrap().slip_mm(1_624), 204 + 14);
    assert_eq!(profiles.named("epson-tm-t88").unwrap().slip_mm(180), 26 + 14);
}
