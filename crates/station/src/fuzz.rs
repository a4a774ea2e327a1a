//! Whatever is held before the scanner, written into a config or typed into the search, nothing panics
//! and nothing is believed that was not there. Few executions among the other tests, 10⁶ of each in
//! `cargo xtask torture fuzz --long`; what a printer says is tried in `devices`.

use std::path::Path;
use std::time::Duration;

use queue::Lang;
use rustix::time::{ClockId, clock_gettime};

use crate::config::{CounterConfig, HallConfig, KioskConfig, WebConfig, of_site, of_text};
use crate::find::{Finder, QUERY_MAX};
use crate::flow::{Flow, Input};
use crate::kiosk::{Kiosk, Layout, Touch};
use crate::scan::{CODE_MAX, Code, Scan, read};
use crate::testing::{Feed, at, site};

/// No execution of a long run takes longer.
const LONGEST: Duration = Duration::from_millis(100);

fn is_long() -> bool {
    std::env::var("LUOT_TORTURE").as_deref() == Ok("long")
}

fn executions() -> u32 {
    if is_long() { 1_000_000 } else { 3_000 }
}

/// A small die with a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll()).unwrap() % limit.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Any letter there is, most of them near.
    fn letter(&mut self) -> char {
        const ODD: [char; 14] = [
            '\u{0}', '\u{1b}', '\u{301}', '\u{202e}', '\u{feff}', '|', '-', '"', '\'', '/', 'đ',
            'ễ', '🙂', '\n',
        ];
        match self.below(4) {
            0 => self.one(&ODD),
            1 => char::from(b'0' + u8::try_from(self.below(10)).unwrap()),
            2 => char::from(b'a' + u8::try_from(self.below(26)).unwrap()),
            _ => {
                let any = u32::try_from(self.roll() & 0x0001_FFFF).unwrap();
                char::from_u32(any).unwrap_or('?')
            }
        }
    }

    /// A text with a few letters and pieces changed, cut, doubled.
    fn bent(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..self.below(5) {
            let place = self.below(letters.len() + 1);
            match self.below(5) {
                0 => letters.truncate(place),
                1 => {
                    let other = self.one(pieces);
                    letters.splice(place..place, other.chars());
                }
                2 if place < letters.len() => letters[place] = self.letter(),
                3 if place < letters.len() => drop(letters.remove(place)),
                _ => letters.insert(place, self.letter()),
            }
        }
        letters.into_iter().collect()
    }

    /// A file with a few lines and values changed.
    fn changed(&mut self, text: &str) -> String {
        const BITS: [&str; 14] = [
            "",
            "\"",
            "[",
            "]]",
            "=",
            "9999999999",
            "-1",
            "nan",
            "ễ",
            "\u{0}",
            "[[service]]",
            "true",
            "\"\"",
            "{ vi = 1 }",
        ];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=self.below(3) {
            let (place, other) = (self.below(lines.len()), self.below(lines.len()));
            lines[place] = match (self.below(5), lines[place].split_once(" = ")) {
                (0, _) => String::new(),
                (1, _) => lines[other].clone(),
                (2 | 3, Some((key, _))) => format!("{key} = {}", self.one(&BITS)),
                (_, _) => self.bent(&lines[place].clone(), &BITS),
            };
        }
        lines.join("\n")
    }
}

/// What this thread has had of the processor: what an execution costs, however loaded the machine is.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap(), u32::try_from(now.tv_nsec).unwrap())
}

/// Runs one execution after the other and tells how many, how long each took, and the longest. Among the
/// other tests, which nothing makes fast, no time is judged.
fn each(what: &str, mut one: impl FnMut(&mut Dice)) {
    let mut longest = Duration::ZERO;
    let (count, begun) = (executions(), spent());
    for seed in 0..count {
        let start = spent();
        one(&mut Dice(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        longest = longest.max(spent() - start);
    }
    let each = (spent() - begun) / count;
    println!(
        "figure|fuzz|{what}|{count} executions, 0 panics, {each:?} of the processor each, the longest \
         {longest:?}"
    );
    assert!(!is_long() || longest < LONGEST, "{what}: {longest:?}");
}

/// P18: whatever a code holds, only a card's number is one person's, and it is in no debug text.
#[test]
fn whatever_is_held_before_the_scanner_is_read_or_refused() {
    let site = site();
    let own = format!("{}20261123-H042", site.follow_url);
    let codes = [
        "001066000001||Nguyễn Văn An|01021966|Nam|Hà Nội|15042021",
        "001166000001|123456789|Trần Thị B|31122066|Nữ||15042021|x|y",
        &own,
        "123456",
        "000.00.04.H49-220815-0001",
        "https://dichvucong.gov.vn/?q=1",
    ];
    let pieces = ["||||||", "00106600000", "-220815-", "20261123", "\r\n", "ABC", "9999"];
    let mut kiosk = Kiosk::new(KioskConfig::default(), Layout::UPRIGHT);
    let (board, experience) = (Box::new(Feed::default().board), Box::default());
    let day = Input::Board { site: site.clone(), board, tail: Vec::new(), experience };
    kiosk.step(day, at(0));
    let (mut cards, mut others, mut none) = (0_u32, 0_u32, 0_u32);
    each("payloads of the scanner", |dice| {
        let whole = dice.one(&codes);
        let text = dice.bent(whole, &pieces);
        let scan = read(&Code::from(text.as_str()), &site);
        match &scan {
            Some(Scan::Card { id, born }) => {
                cards += 1;
                assert!(id.reveal().len() == 12 && text.contains(id.reveal()), "{text:?}");
                assert!((19_000_101..=21_991_231).contains(&born.0), "{text:?}");
                assert!(!format!("{scan:?}").contains(id.reveal()));
            }
            Some(Scan::Booking(code)) => {
                others += 1;
                assert!(code.0.len() == 6 && code.0.bytes().all(|b| b.is_ascii_digit()));
            }
            Some(Scan::Slip { number, .. }) => {
                others += 1;
                assert!(text.contains(&site.follow_url) && number.len() <= 8, "{text:?}");
            }
            Some(Scan::Receipt) => {
                others += 1;
                assert!(text.contains('-') && text.trim().len() <= CODE_MAX, "{text:?}");
            }
            None => none += 1,
        }
        // The whole screen takes it, and gives no number for it but to whoever booked.
        let effects = kiosk.step(Input::Touch(Touch::Scanned(Code::from(text.as_str()))), at(0));
        assert!(effects.len() <= 1, "{effects:?}");
        assert!(effects.is_empty() || matches!(scan, Some(Scan::Booking(_))), "{text:?}");
        drop(kiosk.view(at(0)));
        if !effects.is_empty() {
            let no = crate::desk::Answer::Failed(crate::desk::Trouble {
                vi: String::new(),
                en: String::new(),
            });
            kiosk.step(Input::Answer { tag: crate::kiosk::Tag::CheckIn, answer: no }, at(0));
        }
        kiosk.step(Input::Tick, at(0));
        kiosk.step(Input::Touch(Touch::Back), at(0));
    });
    assert!(cards > 0 && others > 0 && none > 0, "{cards} cards, {others} others, {none} none");
}

/// P18: a config that is not understood is refused with its line, never half believed.
#[test]
fn whatever_stands_in_a_config_is_used_or_refused() {
    let (kiosk, counter) =
        (include_str!("../../../config/kiosk.toml"), include_str!("../../../config/counter.toml"));
    let (hall, web) =
        (include_str!("../../../config/hall.toml"), include_str!("../../../config/web.toml"));
    let centre = include_str!("../../../config/commune/site.toml");
    let file = Path::new("config.toml");
    let (mut used, mut refused) = (0_u32, 0_u32);
    each("texts of configs", |dice| {
        // A whole centre takes longer to read than all the machines' files.
        let kind = if dice.below(8) == 0 { 4 } else { dice.below(4) };
        let text = dice.changed([kiosk, counter, hall, web, centre][kind]);
        let mistake = match kind {
            0 => of_text::<KioskConfig>(file, &text).err(),
            1 => of_text::<CounterConfig>(file, &text).err(),
            2 => of_text::<HallConfig>(file, &text).err(),
            3 => of_text::<WebConfig>(file, &text).err(),
            _ => of_site(file, &text).err(),
        };
        match mistake {
            None => used += 1,
            Some(mistake) => {
                refused += 1;
                let lines = text.lines().count() + 1;
                assert!(mistake.line.is_none_or(|n| (1..=lines).contains(&n)), "{mistake}");
                assert!(!mistake.what.is_empty() && !mistake.help.is_empty());
            }
        }
    });
    assert!(used > 0 && refused > 0, "{used} used, {refused} refused");
}

/// P18: whatever is typed, what is found is there, is in order, and is found again.
#[test]
fn whatever_is_typed_into_the_search_is_answered() {
    let site = site();
    let finders = [Lang::Vi, Lang::En].map(|lang| Finder::of_site(&site, lang, ""));
    let names: Vec<&str> = finders[0].entries().iter().map(|entry| entry.name.as_str()).collect();
    let pieces = ["dang ky", "ddawng kys", "gplx", " ", "khai sinh", "đất", "cccd", "\u{301}"];
    let (mut found, mut nothing) = (0_u32, 0_u32);
    each("texts of the search", |dice| {
        let long = "ngang ".repeat(dice.below(30));
        let whole = if dice.below(50) == 0 { long.as_str() } else { dice.one(&names) };
        let cut: String = whole.chars().skip(dice.below(12)).take(dice.below(QUERY_MAX)).collect();
        let query = dice.bent(&cut, &pieces);
        let finder = &finders[dice.below(2)];
        let hits = finder.find(&query);
        if hits.is_empty() {
            nothing += 1;
        } else {
            found += 1;
        }
        assert!(hits.iter().all(|hit| hit.entry < finder.entries().len()), "{query:?}");
        for hit in hits.iter().take(1) {
            let parts = finder.marked(hit.entry, &query);
            let whole: String = parts.iter().map(|(part, _)| part.as_str()).collect();
            assert_eq!(whole, finder.entries()[hit.entry].name, "{query:?}");
        }
        assert!(hits.iter().all(|hit| (0.0..=1.01).contains(&hit.score)), "{query:?} {hits:?}");
        assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score), "{query:?}");
    });
    assert!(found > 0 && nothing > 0, "{found} found something, {nothing} nothing");
}
