//! Whatever a printer says or a centre writes, nothing panics and nothing is believed that was not
//! said. Few executions among the other tests, 10⁶ of each in `cargo xtask torture fuzz --long`.

use std::path::Path;
use std::time::Duration;

use queue::Slip;
use rustix::time::{ClockId, clock_gettime};

use crate::layout::{Painter, Paper, SlipLayout, Width};
use crate::profile::{Hex, Profiles};
use crate::status::{self, Reply};
use crate::{LinkUrl, profile};

/// Descriptions that are drawn, too.
const DRAWN_MAX: usize = 300;

/// No execution of a long run takes longer.
const LONGEST: Duration = Duration::from_millis(100);

fn is_long() -> bool {
    std::env::var("LUOT_TORTURE").as_deref() == Ok("long")
}

fn executions() -> u32 {
    if is_long() { 1_000_000 } else { 5_000 }
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
        usize::try_from(self.roll()).unwrap() % limit
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// What printers say, cut, repeated and mixed with anything.
    fn said(&mut self) -> Vec<u8> {
        const PARTS: [&[u8]; 9] = [
            &[0x12],
            &[0x10, 0x0F, 0x24, 0, 0, 0],
            &[0x37, 0x22, b'0', b'0', b'4', b'2', 0],
            &[0x37, 0x22],
            &[0x14, 0, 0, 0x0F],
            &[0x00],
            b"_TM-T82II\0",
            &[0x11, 0x13],
            &[0x5F],
        ];
        let mut bytes = Vec::new();
        for _ in 0..self.below(6) {
            if self.below(3) == 0 {
                bytes.extend(
                    (0..self.below(12))
                        .map(|_| u8::try_from(self.roll() & 0xFF).unwrap())
                        .collect::<Vec<_>>(),
                );
            } else {
                let part = self.one(&PARTS);
                bytes.extend(&part[..=self.below(part.len())]);
            }
        }
        bytes
    }

    /// A text with a few places changed.
    fn changed(&mut self, text: &str) -> String {
        const BITS: [&str; 12] =
            ["", "\"", "[", "]]", "=", "\n", "9999999999", "-1", "nan", "ễ", "\u{0}", "[[block]]"];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=self.below(4) {
            let at = self.below(lines.len());
            let other = self.below(lines.len());
            match self.below(4) {
                0 => lines[at].clear(),
                1 => lines[at] = lines[other].clone(),
                2 => lines[at] = self.one(&BITS).to_owned(),
                _ => {
                    let line: Vec<char> = lines[at].chars().collect();
                    let cut = self.below(line.len() + 1);
                    let (head, tail) = line.split_at(cut);
                    let bit = self.one(&BITS);
                    lines[at] = head
                        .iter()
                        .copied()
                        .chain(bit.chars())
                        .chain(tail.iter().copied())
                        .collect();
                }
            }
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
    let value =
        format!("{count} executions, {each:?} of the processor each, the longest {longest:?}");
    figure(what, &value);
    assert!(!is_long() || longest < LONGEST, "{what}: {longest:?}");
}

fn figure(what: &str, value: &str) {
    println!("figure|printer|{what}|{value}");
}

/// P18: whatever a device says or a centre writes.
#[test]
fn whatever_a_printer_says_is_read_without_a_panic_and_no_job_is_named_that_was_not() {
    each("replies of a printer", |dice| {
        let said = dice.said();
        for question in [0, 1, 2, 3, 4, status::FULL, 255] {
            let answer = status::answer(question, &said);
            if answer.is_some() && question == status::FULL {
                assert!(said.windows(2).any(|pair| pair == [0x10, 0x0F]), "{said:02x?}");
            }
        }
        let named = status::reply(&said, *b"0042") == Some(Reply::ProcessId);
        let framed = [0x37, 0x22, b'0', b'0', b'4', b'2', 0];
        assert_eq!(named, said.windows(7).any(|window| window == framed), "{said:02x?}");
        if let Some(name) = status::name(&said) {
            assert!(name.bytes().all(|byte| (0x20..0x7F).contains(&byte)), "{name:?}");
        }
    });
}

/// P18: whatever a device says or a centre writes.
#[test]
fn whatever_stands_in_a_description_of_the_slip_or_a_profile_is_used_or_refused() {
    let (slip, printers) = (include_str!("../../../assets/slip.toml"), profile::BUILT_IN);
    let mut accepted = Vec::new();
    let (mut used, mut refused) = (0_u32, 0_u32);
    let mut count = |fine: bool| if fine { used += 1 } else { refused += 1 };
    each("descriptions of slips and printers", |dice| {
        let text = dice.changed(slip);
        let read = SlipLayout::read(Path::new("slip.toml"), &text);
        count(read.is_ok());
        // A few of those that are accepted are drawn afterwards, which takes longer than reading.
        if let Ok(layout) = read
            && accepted.len() < DRAWN_MAX
            && dice.below(16) == 0
        {
            accepted.push(layout);
        }
        let text = dice.changed(printers);
        let read = profile::list(Path::new("printers.toml"), &text);
        count(read.is_ok());
        if let Err(bad) = read {
            let lines = text.lines().count() + 1;
            assert!(bad.line.is_none_or(|line| (1..=lines).contains(&line)), "{bad}");
        }
    });
    assert!(used > 0 && refused > 0, "{used} used, {refused} refused");
    let mut painter = Painter::default();
    let slip = Slip { number: "H042".into(), place: "Quầy 9".into(), ..Slip::default() };
    for (layout, dpi) in accepted.iter().zip([100, 203, 600].into_iter().cycle()) {
        // On the narrowest head, too.
        let paper = Paper { width: Width::Mm58, dots: 256, dpi };
        assert!(painter.draw(&slip, layout, paper).height() > 0);
    }
}

/// P18: whatever a device says or a centre writes.
#[test]
fn whatever_is_given_as_an_address_or_as_hex_is_read_or_refused() {
    let known = Profiles::built_in().unwrap();
    each("addresses, names and hex", |dice| {
        let text = dice.changed("serial:///dev/ttyUSB0?baud=115200&flow=none\ntcp://h:9100\n1B 69");
        for line in text.lines() {
            drop(line.parse::<LinkUrl>());
            drop(Hex::try_from(line.to_owned()));
            let found = known.answering(line).map(|profile| profile.id.as_str());
            assert!(found.is_none_or(|id| known.ids().contains(&id)), "{line}");
            assert_eq!(known.choose(line).is_ok(), line == "auto" || known.named(line).is_some());
        }
    });
}
