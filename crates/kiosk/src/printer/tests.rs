use devices::{Painter, Paper};
use station::flow::{Effect, Flow, Input};
use station::kiosk::{Key, Layout, Touch};

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

/// What staff print to see whether the printer prints: it looks like no number and cannot be kept for
/// one.
#[test]
fn a_trial_slip_is_drawn_with_every_letter_on_both_papers() {
    let mut config = config::KioskConfig::default();
    config.staff.pin = station::pin::Pin::new("2749").hash().unwrap().0;
    let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
    let now = station::Now { wall: queue::Timestamp(1_795_395_600_000), up_ms: 0 };
    let figures = "2749".chars().map(|figure| Touch::Key(Key::Letter(figure)));
    let touches = std::iter::once(Touch::Staff).chain(figures).chain([Touch::Confirm]);
    for touch in touches {
        kiosk.step(Input::Touch(touch), now);
    }
    let orders = kiosk.step(Input::Touch(Touch::Deed("trial".into())), now);
    let [Effect::Order(Order::Print { slip, .. })] = &orders[..] else { panic!("{orders:?}") };
    let layout = SlipLayout::built_in().unwrap();
    for width in [Width::Mm80, Width::Mm58] {
        let mut painter = Painter::default();
        let whole = painter.draw(slip, &layout, Paper::usual(width));
        let bare = queue::Slip { foot: Vec::new(), copy_mark: None, ..(**slip).clone() };
        let bare = painter.draw(&bare, &layout, Paper::usual(width));
        assert!(whole.height() > bare.height() + 60, "the mark and the letters take their room");
    }
}
