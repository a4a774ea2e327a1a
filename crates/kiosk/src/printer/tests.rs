use super::*;

fn section(text: &str) -> PrinterSection {
    toml::from_str(text).unwrap()
}

#[test]
fn the_config_says_which_printers_there_are_and_how_they_are_counted() {
    let section = section(
        "url = \"tcp://h\"\nprofile = \"custom-vkp80\"\nroll_m = 100\nnot_taken = \"eject\"\n\
         [[fallback]]\nurl = \"lp:///dev/lp1\"\nwidth_mm = 58\n",
    );
    let configs = configs(&section, Some(Path::new("/data/queue.db"))).unwrap();
    let [first, second] = configs.as_slice() else { panic!("{configs:?}") };
    assert_eq!(first.profile.as_ref().map(|profile| profile.id.as_str()), Some("custom-vkp80"));
    assert_eq!((first.width, second.width), (Width::Mm80, Width::Mm58));
    assert_eq!(first.roll.roll_mm, 100_000);
    assert_eq!(first.roll.file.as_deref(), Some(Path::new("/data/printer1.paper")));
    assert_eq!(second.roll.file.as_deref(), Some(Path::new("/data/printer2.paper")));
    assert_eq!((first.mouth.then, first.mouth.wait.as_secs()), (NotTaken::Eject, 20));
    assert!(second.profile.is_none(), "it is asked");
    let on_server = section.count_file(0, None);
    assert_eq!(on_server, Path::new("/var/lib/luot/printer1.paper"));
}

#[test]
fn a_printer_that_cannot_be_is_refused_with_what_there_is() {
    let refused = |text: &str| configs(&section(text), None).unwrap_err().to_string();
    let said = refused("profile = \"epsom\"");
    assert!(said.contains("\"epsom\" is not known") && said.contains("custom-vkp80"), "{said}");
    assert!(refused("url = \"usb://1\"").contains("is not a printer's address"));
    assert!(refused("slip = \"/nowhere/slip.toml\"").contains("/nowhere/slip.toml"));
    assert!(refused("profiles = \"/nowhere/p.toml\"").contains("help:"));
}
