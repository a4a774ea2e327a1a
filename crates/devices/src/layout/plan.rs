//! The description of a slip: read from a file, checked before it is used.

use std::path::Path;

use serde::Deserialize;

use super::{NUMBER_MM_MIN, Width};
use crate::Bitmap;
use crate::data::{BadFile, parse, read};
use crate::paint::Align;

/// How a slip looks where the centre has no description of its own.
const BUILT_IN: &str = include_str!("../../../../assets/slip.toml");
const HELP: &str = "compare with assets/slip.toml, which explains every key";
/// More would be a poster.
const BLOCKS_MAX: usize = 60;
/// Smaller letters fill in on thermal paper, dots.
const LETTERS_MIN: f32 = 22.0;

/// What a block shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Show {
    Logo,
    Authority,
    Centre,
    Rule,
    Title,
    CopyMark,
    Number,
    Place,
    Service,
    Procedure,
    Wait,
    Issued,
    Prepare,
    Follow,
    Code,
    Foot,
    Free,
    Last,
    Text,
}

/// Which of the paper's sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Size {
    #[default]
    Body,
    Title,
    Place,
    Zone,
    Value,
}

/// How two things stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Arrange {
    Beside,
    #[serde(alias = "stacked")]
    Below,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    pub(super) show: Show,
    #[serde(default)]
    pub(super) before: usize,
    #[serde(default = "one")]
    pub(super) lines: usize,
    #[serde(default)]
    pub(super) size: Size,
    #[serde(default)]
    pub(super) bold: bool,
    #[serde(default)]
    pub(super) align: Align,
    #[serde(default)]
    pub(super) text: String,
}

fn one() -> usize {
    1
}

/// The sizes on one paper, dots of 203 dpi or millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sizes {
    pub(super) margin: usize,
    pub(super) number_mm: f32,
    pub(super) title: f32,
    pub(super) place: f32,
    pub(super) zone: f32,
    pub(super) value: f32,
    pub(super) body: f32,
    pub(super) code_mm: f32,
    pub(super) logo_mm: f32,
    pub(super) wait: Arrange,
    pub(super) follow: Arrange,
}

impl Sizes {
    /// The same on the paper for another head.
    pub(super) fn scaled(self, by: f32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a few dots")]
        let margin = super::whole(self.margin as f32 * by);
        Self {
            margin,
            title: self.title * by,
            place: self.place * by,
            zone: self.zone * by,
            value: self.value * by,
            body: self.body * by,
            ..self
        }
    }

    /// The first size out of its range, with its key.
    fn broken(&self) -> Option<(&'static str, String)> {
        let text = LETTERS_MIN..=120.0;
        let ranges = [
            ("number_mm", self.number_mm, NUMBER_MM_MIN..=40.0),
            ("title", self.title, text.clone()),
            ("place", self.place, text.clone()),
            ("zone", self.zone, text.clone()),
            ("value", self.value, text.clone()),
            ("body", self.body, text),
            ("code_mm", self.code_mm, 20.0..=45.0),
            ("logo_mm", self.logo_mm, 4.0..=40.0),
        ];
        let out = ranges.into_iter().find(|(_, value, range)| !range.contains(value));
        let out = out.map(|(key, value, range)| {
            (key, format!("{key} = {value} is outside {}..={}", range.start(), range.end()))
        });
        let wide = || ("margin", format!("margin = {} is outside 0..=60", self.margin));
        out.or_else(|| (self.margin > 60).then(wide))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    logo: String,
    mm80: Sizes,
    mm58: Sizes,
    #[serde(default)]
    block: Vec<Block>,
}

/// How a slip looks.
#[derive(Clone, Debug, PartialEq)]
pub struct SlipLayout {
    mm80: Sizes,
    mm58: Sizes,
    pub(super) blocks: Vec<Block>,
    pub(super) logo: Option<Bitmap>,
}

impl SlipLayout {
    /// The look that comes with the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads it.
    pub fn built_in() -> Result<Self, BadFile> {
        Self::read(Path::new("assets/slip.toml"), BUILT_IN)
    }

    /// A centre's own look.
    ///
    /// # Errors
    /// The file or its logo cannot be read, a size is out of range, or what must be on a slip is
    /// not.
    pub fn load(file: &Path) -> Result<Self, BadFile> {
        Self::read(file, &read(file)?)
    }

    pub(super) fn sizes(&self, width: Width) -> Sizes {
        match width {
            Width::Mm80 => self.mm80,
            Width::Mm58 => self.mm58,
        }
    }

    pub(crate) fn read(file: &Path, text: &str) -> Result<Self, BadFile> {
        let Written { logo, mm80, mm58, block: blocks } = parse(file, text, HELP)?;
        let bad = |line: Option<usize>, what: String| BadFile {
            file: file.into(),
            line,
            what,
            help: HELP.into(),
        };
        for (table, sizes) in [("[mm80]", &mm80), ("[mm58]", &mm58)] {
            if let Some((key, what)) = sizes.broken() {
                return Err(bad(line_in(text, table, key), format!("{table} {what}")));
            }
        }
        if let Some((nth, what)) = broken(&blocks) {
            return Err(bad(nth.and_then(|nth| line_of_block(text, nth)), what));
        }
        let logo = match logo.as_str() {
            "" => None,
            name => {
                let path = file.parent().unwrap_or(Path::new("")).join(name);
                let read = Bitmap::read_png(&path);
                Some(read.map_err(|error| {
                    bad(line_in(text, "", "logo"), format!("{}: {error}", path.display()))
                })?)
            }
        };
        Ok(Self { mm80, mm58, blocks, logo })
    }
}

/// The first thing wrong with the blocks, and with which of them.
fn broken(blocks: &[Block]) -> Option<(Option<usize>, String)> {
    if blocks.len() > BLOCKS_MAX {
        return Some((Some(BLOCKS_MAX), format!("more than {BLOCKS_MAX} blocks")));
    }
    for (nth, block) in blocks.iter().enumerate() {
        let once = [Show::Number, Show::Place, Show::CopyMark].contains(&block.show);
        let twice = blocks[..nth].iter().any(|other| other.show == block.show);
        let wrong = if block.before > 400 {
            "before is outside 0..=400"
        } else if !(1..=12).contains(&block.lines) {
            "lines is outside 1..=12"
        } else if block.show == Show::Text && block.text.trim().is_empty() {
            "show = \"text\" needs text = \"…\""
        } else if once && twice {
            "stands on the slip twice"
        } else {
            continue;
        };
        return Some((Some(nth), format!("block {}: {wrong}", nth + 1)));
    }
    let place = |show: Show| blocks.iter().position(|block| block.show == show);
    let (number, mark) = (place(Show::Number), place(Show::CopyMark));
    for (show, name) in [(number, "number"), (place(Show::Place), "place"), (mark, "copy_mark")] {
        if show.is_none() {
            return Some((None, format!("no block shows {name:?}, which every slip must")));
        }
    }
    (mark > number).then(|| (mark, "copy_mark must stand above the number".to_owned()))
}

fn line_of_block(text: &str, nth: usize) -> Option<usize> {
    let starts = |line: &str| line.trim_start().starts_with("[[block]]");
    text.lines().enumerate().filter(|(_, line)| starts(line)).nth(nth).map(|(at, _)| at + 1)
}

/// The line of a key in a table; a table of no name is the head of the file.
fn line_in(text: &str, table: &str, key: &str) -> Option<usize> {
    let mut inside = table.is_empty();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with('[') {
            inside = !table.is_empty() && line.starts_with(table);
        } else if inside
            && line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        {
            return Some(index + 1);
        }
    }
    None
}
