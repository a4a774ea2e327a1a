use std::path::Path;

use super::*;

fn slip(number: &str) -> Slip {
    Slip { number: number.into(), place: "Quầy 9".into(), ..Slip::default() }
}

/// The rows of the slip on which the number stands: the first run of ink.
fn number_rows(picture: &Bitmap) -> usize {
    let inked = |row: &&Vec<u8>| row.iter().any(|byte| *byte != 0);
    picture.rows().iter().skip_while(|row| !inked(row)).take_while(inked).count()
}

#[test]
fn a_number_is_fifteen_millimetres_high_on_every_head_however_long_it_is() {
    let layout = SlipLayout::read(Path::new("slip.toml"), SMALL).unwrap();
    let mut painter = Painter::default();
    for (width, dots, dpi) in [
        (Width::Mm80, 576, 203),
        (Width::Mm80, 512, 180),
        (Width::Mm58, 384, 203),
        (Width::Mm58, 360, 180),
        (Width::Mm58, 420, 203),
    ] {
        for number in ["H7", "H042", "H0428", "TNMT1042"] {
            let picture = painter.draw(&slip(number), &layout, Paper { width, dots, dpi });
            // Whole dots that are all inside the fifteen millimetres.
            let least = 150 * dpi as usize / 254;
            let high = number_rows(&picture);
            assert!(high >= least, "{number} on {dots}: {high} of {least}");
            // Nothing of it is cut off at the sides.
            let edges = picture.rows().iter().take(240).all(|row| row[0] == 0);
            assert!(edges, "{number} on {dots} reaches the edge");
        }
    }
}

#[test]
fn a_narrow_number_still_has_all_its_figures() {
    // Six strokes with gaps between them, pressed together to a third.
    let layout = SlipLayout::read(Path::new("slip.toml"), SMALL).unwrap();
    let picture = Painter::default().draw(&slip("111111"), &layout, Paper::usual(Width::Mm58));
    let row = (0..picture.height()).find(|y| (0..384).any(|x| picture.get(x, *y))).unwrap() + 60;
    let ink: Vec<bool> = (0..picture.width()).map(|x| picture.get(x, row)).collect();
    let strokes = ink.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    assert_eq!(strokes, 6);
}

const SMALL: &str = "logo = \"\"\n[mm80]\nmargin = 18\nnumber_mm = 18\ntitle = 31\nplace = 58\n\
    zone = 31\nvalue = 40\nbody = 26\ncode_mm = 30\nlogo_mm = 12\nwait = \"beside\"\n\
    follow = \"beside\"\n[mm58]\nmargin = 10\nnumber_mm = 15\ntitle = 24\nplace = 42\n\
    zone = 23\nvalue = 32\nbody = 22\ncode_mm = 24\nlogo_mm = 10\nwait = \"stacked\"\n\
    follow = \"below\"\n[[block]]\nshow = \"copy_mark\"\n[[block]]\nshow = \"number\"\n\
    [[block]]\nshow = \"place\"\n[[block]]\nshow = \"text\"\ntext = \"Xin chào\"\n";

#[test]
fn a_centre_may_show_less_and_more_but_not_hide_the_number() {
    let layout = SlipLayout::read(Path::new("slip.toml"), SMALL).unwrap();
    assert_eq!(layout.blocks.len(), 4);
    for (from, to, line, word) in [
        ("number_mm = 15\n", "number_mm = 9\n", 16, "outside 15..=40"),
        ("body = 22", "body = 12", 21, "outside 22"),
        ("code_mm = 30", "code_mm = 3", 10, "code_mm"),
        ("show = \"place\"", "show = \"price\"", 31, "unknown variant"),
        ("text = \"Xin chào\"", "text = \"\"", 32, "needs text"),
        ("show = \"text\"", "show = \"number\"", 32, "twice"),
        ("text = \"Xin chào\"", "lines = 99\ntext = \"a\"", 32, "1..=12"),
        ("logo = \"\"", "logo = \"no.png\"", 1, "no.png"),
    ] {
        let error = SlipLayout::read(Path::new("slip.toml"), &SMALL.replace(from, to)).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        let said = error.to_string();
        assert!(said.contains(word) && said.contains("help:"), "{said}");
    }
    for missing in ["number", "place", "copy_mark"] {
        let text = SMALL.replace(&format!("[[block]]\nshow = \"{missing}\"\n"), "");
        let error = SlipLayout::read(Path::new("slip.toml"), &text).unwrap_err();
        assert!(error.what.contains(missing), "{error}");
    }
    let swapped = SMALL
        .replace("show = \"number\"", "show = \"swap\"")
        .replace("show = \"copy_mark\"", "show = \"number\"")
        .replace("show = \"swap\"", "show = \"copy_mark\"");
    let error = SlipLayout::read(Path::new("slip.toml"), &swapped).unwrap_err();
    assert!(error.what.contains("above the number"), "{error}");
}

#[test]
fn what_has_nothing_to_say_takes_no_room_not_even_its_rules() {
    let text = SMALL.replace(
        "[[block]]\nshow = \"text\"\ntext = \"Xin chào\"\n",
        "[[block]]\nshow = \"rule\"\n[[block]]\nshow = \"prepare\"\n[[block]]\nshow = \"rule\"\n",
    );
    let bare = SMALL.replace("[[block]]\nshow = \"text\"\ntext = \"Xin chào\"\n", "");
    let draw = |text: &str| {
        let layout = SlipLayout::read(Path::new("slip.toml"), text).unwrap();
        Painter::default().draw(&slip("H042"), &layout, Paper::usual(Width::Mm80))
    };
    assert!(draw(&text) == draw(&bare));
}

#[test]
fn a_logo_stands_above_in_its_height() {
    let folder = tempfile::tempdir().unwrap();
    let mut logo = Bitmap::new(64, 32);
    logo.fill(0, 0, 64, 32);
    logo.write_png(std::fs::File::create(folder.path().join("l.png")).unwrap()).unwrap();
    let text = SMALL.replace("logo = \"\"", "logo = \"l.png\"").replacen(
        "[[block]]",
        "[[block]]\nshow = \"logo\"\n[[block]]",
        1,
    );
    let file = folder.path().join("slip.toml");
    std::fs::write(&file, text).unwrap();
    let layout = SlipLayout::load(&file).unwrap();
    let picture = Painter::default().draw(&slip("H042"), &layout, Paper::usual(Width::Mm80));
    // 12 mm are 96 dots, twice as wide, in the middle.
    assert_eq!(number_rows(&picture), 96);
    let ink = (0..576).filter(|x| picture.get(*x, 20)).count();
    assert_eq!(ink, 192);
    assert!(picture.get(576 / 2, 20) && !picture.get(576 / 2 - 100, 20));
}
