//! A window in memory: real pixels, and where each text and control stands on them.
//!
//! Shared by the picture tests of the three faces. Set `LUOT_PICTURES=DIR` to have every picture
//! that they draw written there, to be looked at; `LUOT_PICTURES_OF=staff,pin` draws only the kiosk's
//! pages with such names.

#![allow(dead_code, reason = "each face uses its part")]

use std::collections::BTreeSet;
use std::path::Path;

use i_slint_backend_testing::{
    ElementHandle, ElementQuery, ElementRoot, TestingBackend, TestingBackendOptions,
    mock_elapsed_time,
};
use slint::{ComponentHandle, PhysicalSize};
use ui::Design;

/// Width and height in physical pixels.
pub(crate) type Size = (u32, u32);

/// The software renderer without a display, for the calling thread.
pub(crate) fn platform() {
    let options = TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
}

/// Whether this page is to be drawn; all are, unless only some are to be looked at.
pub(crate) fn wanted(page: &str) -> bool {
    let only = std::env::var("LUOT_PICTURES_OF");
    only.map_or(true, |only| only.split(',').any(|part| page.contains(part)))
}

/// An element's box in physical pixels, with its accessible name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) name: String,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Spot {
    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Whether all of `other` lies in this box, but for a pixel of rounding.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        other.left >= self.left - 1.0
            && other.top >= self.top - 1.0
            && other.right <= self.right + 1.0
            && other.bottom <= self.bottom + 1.0
    }

    fn holds_middle_of(&self, other: &Self) -> bool {
        let (x, y) =
            (f32::midpoint(other.left, other.right), f32::midpoint(other.top, other.bottom));
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// How deep the two boxes run into each other; 0 when they stand apart.
    fn overlap(&self, other: &Self) -> f32 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.min(down).max(0.0)
    }
}

/// What a window looks like at one size.
pub(crate) struct Picture {
    pub(crate) name: String,
    pub(crate) size: Size,
    pub(crate) scale: f32,
    pub(crate) texts: Vec<Spot>,
    pub(crate) figures: Vec<Spot>,
    pub(crate) controls: Vec<Spot>,
    pub(crate) cards: Vec<Spot>,
    /// Everything that is written or named on it.
    pub(crate) labels: BTreeSet<String>,
    pixels: Vec<[u8; 4]>,
    /// A column of ink longer than this is a letter's stem.
    stem: usize,
}

/// Draws a window that holds its view already.
pub(crate) fn draw<C: ComponentHandle + ElementRoot>(
    window: &C,
    design: Design,
    size: Size,
    name: &str,
) -> Picture {
    let physical = PhysicalSize::new(size.0, size.1);
    window.window().set_size(physical);
    design.fit(window.window(), physical);
    // Conditions and rows follow their models at the next step of time.
    mock_elapsed_time(std::time::Duration::from_millis(20));
    let scale = window.window().scale_factor();
    let named = |base: &str| spots(window, base, scale);
    let figures = named("Digits");
    let mut texts = named("Text");
    texts.extend(named("StyledText"));
    // The line box of a big number is taller than its figures and may lie over its neighbours.
    texts.retain(|text| !figures.iter().any(|digits| is_line_of(text, digits)));
    let shot = window.window().take_snapshot().unwrap();
    assert_eq!((shot.width(), shot.height()), size, "{name}");
    let pixels = shot.as_slice().iter().map(|p| [p.r, p.g, p.b, p.a]).collect();
    let name = format!("{name}-{}x{}", size.0, size.1);
    if let Ok(folder) = std::env::var("LUOT_PICTURES") {
        write(&Path::new(&folder).join(format!("{name}.png")), size, shot.as_bytes());
    }
    let (controls, cards) = (named("Press"), named("Card"));
    let least_px = if design == Design::Desk { 10.0 } else { 14.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels")]
    let stem = (least_px * scale) as usize;
    let labels = ElementQuery::from_root(window).find_all();
    let labels = labels.iter().filter_map(ElementHandle::accessible_label).map(String::from);
    let labels = labels.filter(|label| !label.is_empty()).collect();
    Picture { name, size, scale, texts, figures, controls, cards, labels, pixels, stem }
}

fn is_line_of(text: &Spot, digits: &Spot) -> bool {
    (text.left - digits.left).abs() < 1.0
        && (text.width() - digits.width()).abs() < 1.0
        && digits.holds_middle_of(text)
}

fn spots(window: &impl ElementRoot, base: &str, scale: f32) -> Vec<Spot> {
    let mut found: Vec<Spot> = Vec::new();
    // What lies under an open dialog is not looked at.
    let dialog = ElementQuery::from_root(window).match_inherits("Ask").find_first().is_some();
    let under = |query: ElementQuery| {
        if dialog { query.match_inherits("Ask").match_descendants() } else { query }
    };
    for element in under(ElementQuery::from_root(window)).match_inherits(base).find_all() {
        let spot = spot(&element, scale);
        let empty = spot.width() < 1.0 || spot.height() < 1.0;
        // The query gives each element of a repeated component several times.
        if !empty && !found.contains(&spot) {
            found.push(spot);
        }
    }
    found
}

fn spot(element: &ElementHandle, scale: f32) -> Spot {
    let (at, size) = (element.absolute_position(), element.size());
    Spot {
        name: element.accessible_label().map(String::from).unwrap_or_default(),
        left: at.x * scale,
        top: at.y * scale,
        right: (at.x + size.width) * scale,
        bottom: (at.y + size.height) * scale,
    }
}

fn write(path: &Path, size: Size, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, size.0, size.1);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

impl Picture {
    /// What a person would complain about, one line each.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut say = |what: String| found.push(format!("{}: {what}", self.name));
        if self.texts.len() < 3 {
            say("hardly any text is found; was ui/ compiled without debug info?".into());
        }
        #[expect(clippy::cast_precision_loss, reason = "a screen has few pixels")]
        let (right, bottom) = (self.size.0 as f32, self.size.1 as f32);
        let screen = Spot { name: String::new(), left: 0.0, top: 0.0, right, bottom };
        for spot in self.texts.iter().chain(&self.controls).chain(&self.cards) {
            if !screen.holds(spot) {
                say(format!("“{}” leaves the screen: {spot:?}", spot.name));
            }
        }
        for text in &self.texts {
            for holder in self.controls.iter().chain(&self.cards) {
                if holder.holds_middle_of(text) && !holder.holds(text) {
                    say(format!(
                        "“{}” leaves its ground “{}”: {text:?} {holder:?}",
                        text.name, holder.name
                    ));
                }
            }
            if let Some(side) = self.cut(text) {
                say(format!("“{}” is cut {side}: {text:?}", text.name));
            }
        }
        for (i, one) in self.texts.iter().enumerate() {
            for other in &self.texts[i + 1..] {
                if one.overlap(other) > 2.0 {
                    say(format!("“{}” runs into “{}”: {one:?} {other:?}", one.name, other.name));
                }
            }
        }
        for (i, one) in self.controls.iter().enumerate() {
            for other in &self.controls[i + 1..] {
                if one.overlap(other) > 1.0 {
                    say(format!("“{}” lies on “{}”", one.name, other.name));
                }
            }
        }
        found
    }

    /// The side on which a text's ink touches the edge of its box, where Slint cuts it off. A
    /// letter may begin or end at the very edge; a stem there that is as long as a letter is high
    /// says that the rest of it is missing. Ink all through a row or column is a control's border.
    fn cut(&self, text: &Spot) -> Option<&'static str> {
        let area = self.area(text)?;
        let ground = self.ground(&area);
        let [left, top, right, bottom] = area;
        // Less than a third of black on white is the soft edge of a letter.
        let ink = |x: u32, y: u32| distance(self.at(x, y), ground) > 250;
        let down = |x: u32| (top..bottom).filter(|y| ink(x, *y)).count();
        let all = usize::try_from(bottom - top).unwrap();
        // The corner of a round ground may reach into the ends of a text's first row.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels")]
        let corner = ((28.0 * self.scale) as u32).min((right - left) / 4);
        let inner = left + corner..right - corner;
        let columns: Vec<u32> = inner.filter(|x| down(*x) < all).collect();
        let across = |y: u32| columns.iter().filter(|x| ink(**x, y)).count();
        // A smaller screen shows the same design with its rows rounded; a tail may touch there.
        let touched = |y: u32| self.scale > 0.99 && (2..columns.len()).contains(&across(y));
        // What goes on beyond the box is not cut.
        let alone = |x: u32, beyond: Option<u32>| {
            let goes_on = beyond.is_some_and(|beyond| beyond < self.size.0 && down(beyond) > 0);
            !goes_on && down(x) < all
        };
        let high = (top..bottom).filter(|y| columns.iter().any(|x| ink(*x, *y))).count();
        let sides = [
            ("above", touched(top)),
            ("below", touched(bottom - 1)),
            ("at the left", alone(left, left.checked_sub(1)) && down(left) >= self.stem),
            ("at the right", alone(right - 1, Some(right)) && down(right - 1) * 4 > high.max(20)),
        ];
        sides.into_iter().find(|(_, cut)| *cut).map(|(side, _)| side)
    }

    fn area(&self, spot: &Spot) -> Option<[u32; 4]> {
        let pixel = |at: f32, most: u32| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let pixel = at.round().max(0.0) as u32;
            pixel.min(most)
        };
        let (width, height) = self.size;
        let area = [
            pixel(spot.left, width),
            pixel(spot.top, height),
            pixel(spot.right, width),
            pixel(spot.bottom, height),
        ];
        (area[0] < area[2] && area[1] < area[3]).then_some(area)
    }

    /// The colour that most of an area has.
    fn ground(&self, [left, top, right, bottom]: &[u32; 4]) -> [u8; 4] {
        let mut counts = std::collections::HashMap::new();
        // Every third pixel is enough to tell, and three times three times faster.
        for y in (*top..*bottom).step_by(3) {
            for x in (*left..*right).step_by(3) {
                *counts.entry(self.at(x, y)).or_insert(0_u32) += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).unwrap().0
    }

    fn at(&self, x: u32, y: u32) -> [u8; 4] {
        self.pixels[usize::try_from(y * self.size.0 + x).unwrap()]
    }

    /// First and last row of a box that hold ink, in pixels from the top of the screen.
    pub(crate) fn ink_rows(&self, spot: &Spot) -> (u32, u32) {
        let area = self.area(spot).unwrap();
        let ground = self.ground(&area);
        let [left, top, right, bottom] = area;
        // The corners of a card and its notches lie at the sides.
        let aside = (right - left) / 5;
        let ink =
            |y: &u32| (left + aside..right - aside).any(|x| distance(self.at(x, *y), ground) > 200);
        let rows: Vec<u32> = (top..bottom).filter(ink).collect();
        (*rows.first().unwrap(), *rows.last().unwrap())
    }

    /// The first row with ink of a text that begins with a letter higher than all the rest.
    pub(crate) fn first_ink_of_letter(&self, text: &Spot) -> u32 {
        let area = self.area(text).unwrap();
        let ground = self.ground(&area);
        let [left, top, right, bottom] = area;
        let ink = |y: &u32| (left..right).any(|x| distance(self.at(x, *y), ground) > 150);
        (top..bottom).find(ink).unwrap()
    }

    /// The one text with this name.
    pub(crate) fn text(&self, name: &str) -> &Spot {
        self.texts.iter().find(|text| text.name == name).unwrap()
    }
}

/// How far apart two colours are, all channels together.
fn distance(a: [u8; 4], b: [u8; 4]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
}

/// Texts of `ui/` that stand in Vietnamese on a page that was asked for in English, and letters
/// only Vietnamese has, in anything but a name.
pub(crate) fn vietnamese(texts: &[Spot]) -> Vec<String> {
    let po = include_str!("../../../../ui/lang/en/LC_MESSAGES/ui.po");
    let quoted = |line: &str| line.split_once('"').unwrap().1.trim_end_matches('"').to_owned();
    let lines: Vec<&str> = po.lines().collect();
    let fixed: Vec<String> = lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("msgid \"") && pair[1].starts_with("msgstr"))
        .filter(|pair| quoted(pair[0]) != quoted(pair[1]))
        .map(|pair| quoted(pair[0]))
        .filter(|text| !text.is_empty())
        .collect();
    assert!(fixed.len() > 50);
    let written = |text: &str, fixed: &str| match fixed.split_once("{}") {
        None => text == fixed,
        Some((before, _)) => before.len() > 2 && text.starts_with(before),
    };
    let names = ["Tiếng Việt", "Yên Bái"];
    let foreign = |text: &str| {
        let bare = names.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
        bare.chars().any(|c| "ăâđêôơưĂÂĐÊÔƠƯ".contains(c) || ('\u{1EA0}'..='\u{1EF9}').contains(&c))
    };
    let mut found: Vec<String> = texts.iter().map(|text| text.name.clone()).collect();
    found.retain(|text| foreign(text) || fixed.iter().any(|fixed| written(text, fixed)));
    found
}
