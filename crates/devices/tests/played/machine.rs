//! A receipt printer's mechanics, played: bytes come in, paper and answers come out, and things go
//! wrong when they are told to.

/// What can go wrong: the twelve faults of promise P8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Off-line: takes bytes, says so, prints nothing.
    Offline,
    /// The cover is open: the same.
    CoverOpen,
    /// The roll is empty: the same.
    PaperEnd,
    /// The roll is nearly empty: prints on.
    NearEnd,
    /// The knife is stuck; told to recover when it is free again, it forgets its buffer.
    Cutter,
    /// Pulled out: no link, what it held is gone.
    Unplugged,
    /// The link breaks and is there again at once; it still wants the rest of its band.
    HalfJob,
    /// Whatever it is asked, it answers anything.
    WrongStatus,
    /// It neither reads nor answers.
    Hang,
    /// It prints and answers nothing.
    Mute,
    /// Off and on again: what it held is gone.
    PowerCut,
    /// It answers, and says much else at the same time.
    Chatter,
}

impl Fault {
    pub(crate) const ALL: [Self; 12] = [
        Self::Offline,
        Self::CoverOpen,
        Self::PaperEnd,
        Self::NearEnd,
        Self::Cutter,
        Self::Unplugged,
        Self::HalfJob,
        Self::WrongStatus,
        Self::Hang,
        Self::Mute,
        Self::PowerCut,
        Self::Chatter,
    ];

    fn stops_the_paper(self) -> bool {
        matches!(self, Self::Offline | Self::CoverOpen | Self::PaperEnd)
    }

    /// It is over as soon as it has happened.
    pub(crate) fn passes(self) -> bool {
        matches!(self, Self::HalfJob | Self::PowerCut)
    }
}

/// What the wire has to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) bytes: Vec<u8>,
    /// The link breaks.
    pub(crate) breaks: bool,
}

/// A small die with a seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll()).unwrap() % limit
    }

    pub(crate) fn byte(&mut self) -> u8 {
        u8::try_from(self.roll() & 0xFF).unwrap()
    }
}

/// The printer.
#[derive(Debug)]
pub(crate) struct Machine {
    /// It hears real-time commands only between other commands, as some clones do.
    sequential: bool,
    /// It holds slips in a mouth and answers Custom's full status.
    pub(crate) kiosk: bool,
    name: &'static str,
    dice: Dice,
    /// Bytes that may be the beginning of a real-time command.
    held: Vec<u8>,
    buffer: Vec<u8>,
    /// Bytes a row and bytes still to come of the band it stands in.
    band: Option<(usize, usize)>,
    row: Vec<u8>,
    /// Everything printed, row for row; nothing stands for a cut.
    pub(crate) paper: Vec<Option<Vec<u8>>>,
    /// A fault that is there, and one that comes when so many more bytes were taken.
    pub(crate) fault: Option<Fault>,
    coming: Option<(Fault, usize)>,
    /// The knife was stuck: it waits to be told to go on.
    stuck: bool,
    pub(crate) in_mouth: bool,
    pub(crate) retracted: usize,
    pub(crate) ejected: usize,
    /// Questions about its state so far.
    pub(crate) asked: usize,
}

impl Machine {
    pub(crate) fn new(seed: u64, sequential: bool) -> Self {
        Self {
            sequential,
            kiosk: false,
            name: "_TM-T82II\0",
            dice: Dice(seed),
            held: Vec::new(),
            buffer: Vec::new(),
            band: None,
            row: Vec::new(),
            paper: Vec::new(),
            fault: None,
            coming: None,
            stuck: false,
            in_mouth: false,
            retracted: 0,
            ejected: 0,
            asked: 0,
        }
    }

    /// A fault comes when `after` more bytes were taken.
    pub(crate) fn arm(&mut self, fault: Fault, after: usize) {
        self.coming = Some((fault, after));
    }

    /// What was wrong is not any more.
    pub(crate) fn mend(&mut self) -> Reply {
        self.coming = None;
        let gone = self.fault.take();
        // A clone that hears nothing behind the cut it hangs in is switched off to free its knife.
        if gone == Some(Fault::Unplugged) || (self.sequential && self.stuck) {
            self.power_on();
        }
        // What it had taken and could not print comes out now.
        let mut reply = Reply::default();
        self.go_on(&mut reply);
        reply
    }

    fn power_on(&mut self) {
        self.held.clear();
        self.buffer.clear();
        self.band = None;
        self.row.clear();
        self.stuck = false;
    }

    pub(crate) fn hangs(&self) -> bool {
        self.fault == Some(Fault::Hang)
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.fault == Some(Fault::Unplugged)
    }

    /// Takes bytes from the wire.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Reply {
        let mut reply = Reply::default();
        for byte in bytes {
            self.count(&mut reply);
            if reply.breaks {
                // What was on the wire behind it is lost with the wire.
                return reply;
            }
            if self.sequential {
                self.buffer.push(*byte);
            } else {
                self.hear(*byte, &mut reply);
            }
        }
        self.go_on(&mut reply);
        if self.fault == Some(Fault::Chatter) {
            // An automatic status group among the answers, as it may come at any time.
            let mut noisy = vec![0x14, 0x00, 0x00, 0x0F];
            noisy.append(&mut reply.bytes);
            noisy.extend([0x11, 0x13, 0x14, 0x00, 0x00, 0x0F]);
            reply.bytes = noisy;
        }
        reply
    }

    fn count(&mut self, reply: &mut Reply) {
        let Some((fault, after)) = &mut self.coming else { return };
        if *after > 0 {
            *after -= 1;
            return;
        }
        let fault = *fault;
        self.coming = None;
        if fault == Fault::PowerCut {
            self.power_on();
        }
        reply.breaks = fault.passes() || fault == Fault::Unplugged;
        self.fault = (!fault.passes()).then_some(fault);
    }

    /// Real-time commands are heard at once, wherever they stand.
    fn hear(&mut self, byte: u8, reply: &mut Reply) {
        self.held.push(byte);
        let length = match self.held.as_slice() {
            [0x10] | [0x10, 0x04 | 0x05 | 0x14] => return,
            [0x10, 0x14, ..] => 10,
            [0x10, 0x04 | 0x05, ..] => 3,
            _ => {
                self.buffer.append(&mut self.held);
                return;
            }
        };
        if self.held.len() == length {
            let command = std::mem::take(&mut self.held);
            self.at_once(&command, reply);
        }
    }

    fn at_once(&mut self, command: &[u8], reply: &mut Reply) {
        match command {
            [0x10, 0x04, n] => {
                self.asked += 1;
                let answer = self.status(*n);
                self.say(&answer, reply);
            }
            [0x10, 0x05, 2] if self.stuck && self.fault != Some(Fault::Cutter) => self.power_on(),
            [0x10, 0x14, 8, ..] if self.fault.is_none() => self.power_on(),
            _ => {}
        }
    }

    fn say(&mut self, answer: &[u8], reply: &mut Reply) {
        match self.fault {
            Some(Fault::Mute | Fault::Hang | Fault::Unplugged) => {}
            Some(Fault::WrongStatus) => {
                for _ in 0..self.dice.below(4) {
                    reply.bytes.push(self.dice.byte());
                }
            }
            _ => reply.bytes.extend(answer),
        }
    }

    fn status(&self, n: u8) -> Vec<u8> {
        if n == 20 {
            let near = if self.fault == Some(Fault::NearEnd) { 0x04 } else { 0 };
            let empty = u8::from(self.fault == Some(Fault::PaperEnd));
            let mouth = if self.in_mouth { 0x20 } else { 0 };
            let cover = if self.fault == Some(Fault::CoverOpen) { 2 } else { 0 };
            return vec![0x10, 0x0F, near | empty | mouth, cover, 0, u8::from(self.stuck)];
        }
        let halted = self.stuck || self.fault.is_some_and(Fault::stops_the_paper);
        let more = match (n, self.fault) {
            (1, _) if halted => 0x08,
            (2, Some(Fault::CoverOpen)) => 0x04,
            (2, Some(Fault::PaperEnd)) => 0x20,
            (3, _) if self.stuck => 0x08,
            (4, Some(Fault::PaperEnd)) => 0x60,
            (4, Some(Fault::NearEnd)) => 0x0C,
            _ => 0,
        };
        vec![0x12 | more]
    }

    /// Carries out what it can of what it holds.
    fn go_on(&mut self, reply: &mut Reply) {
        while !self.stuck && !self.fault.is_some_and(Fault::stops_the_paper) {
            let taken = if self.band.is_some() { self.dots() } else { self.command(reply) };
            if taken == 0 {
                return;
            }
            self.buffer.drain(..taken);
        }
        // Questions are answered by a printer that does not print; one that hears in order hears
        // those that stand first.
        while self.sequential && self.band.is_none() && self.buffer.first() == Some(&0x10) {
            let taken = self.command(reply);
            if taken == 0 {
                return;
            }
            self.buffer.drain(..taken);
        }
    }

    fn dots(&mut self) -> usize {
        let Some((width, left)) = self.band else { return 0 };
        let taken = left.min(self.buffer.len());
        for byte in self.buffer.iter().take(taken) {
            self.row.push(*byte);
            if self.row.len() == width {
                self.paper.push(Some(std::mem::take(&mut self.row)));
            }
        }
        self.band = (left > taken).then_some((width, left - taken));
        taken
    }

    /// Carries out the first command; how many bytes it took, 0 when it is not whole.
    fn command(&mut self, reply: &mut Reply) -> usize {
        let bytes = self.buffer.clone();
        let whole = |n: usize| if bytes.len() < n { 0 } else { n };
        match bytes.as_slice() {
            [] | [0x1B | 0x1D | 0x10] => 0,
            [0x1B, 0x40, ..] => 2,
            [0x1B, 0x64, ..] => whole(3),
            [0x1B, 0x69, ..] => self.cut(2),
            [0x1D, 0x56, ..] => match whole(4) {
                0 => 0,
                taken => self.cut(taken),
            },
            [0x1D, 0x76, 0x30, _, xl, xh, yl, yh, ..] => {
                let width = usize::from(*xl) + 256 * usize::from(*xh);
                let height = usize::from(*yl) + 256 * usize::from(*yh);
                self.band = Some((width, width * height));
                8
            }
            [0x1D, 0x65, 3, _, ..] => {
                self.in_mouth = true;
                4
            }
            [0x1D, 0x65, n @ (2 | 5), ..] => {
                self.retracted += usize::from(*n == 2 && self.in_mouth);
                self.ejected += usize::from(*n == 5 && self.in_mouth);
                self.in_mouth = false;
                3
            }
            [0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d, ..] => {
                self.say(&[0x37, 0x22, *a, *b, *c, *d, 0], reply);
                11
            }
            [0x1D, 0x72, 1, ..] => {
                self.say(&[0], reply);
                3
            }
            [0x1D, 0x49, _, ..] => {
                self.say(self.name.as_bytes(), reply);
                3
            }
            [0x1D, 0x76 | 0x65 | 0x28 | 0x72 | 0x49, ..] if bytes.len() < 11 => 0,
            [0x10, 0x04 | 0x05, ..] => match whole(3) {
                0 => 0,
                taken => {
                    self.at_once(&bytes[..taken], reply);
                    taken
                }
            },
            [0x10, 0x14, ..] => match whole(10) {
                0 => 0,
                taken => {
                    self.at_once(&bytes[..taken], reply);
                    // An emptied buffer has nothing left to take from.
                    taken.min(self.buffer.len())
                }
            },
            // NUL, and whatever it does not know.
            _ => 1,
        }
    }

    fn cut(&mut self, taken: usize) -> usize {
        if self.fault == Some(Fault::Cutter) {
            self.stuck = true;
            return 0;
        }
        self.paper.push(None);
        taken
    }
}
