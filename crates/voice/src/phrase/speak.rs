//! From an utterance to clips: the longest that a pack has.

use super::{Grammar, Region, Speech, Utterance, speech};

/// One clip, and a clip that says this one and some after it.
struct Atom {
    speech: Speech,
    whole: Option<(String, usize)>,
}

impl Grammar {
    /// The clips of an utterance; nothing when the language has no sentence for it.
    ///
    /// A pack may have a clip for more than one word: the whole of a counter (`den_quay_15`), or any run
    /// of clips under their keys joined by `+` (`w_không+w_một`). `has` says which; the longest wins,
    /// because what was spoken in one breath sounds best. A counter whose name is not a number is only
    /// shown: the voice leaves the place to the screen.
    #[must_use]
    pub fn clips(
        &self,
        utterance: &Utterance,
        region: Region,
        has: impl Fn(&str) -> bool,
    ) -> Vec<Speech> {
        let Some(parts) = self.sentences.get(utterance.word()) else { return Vec::new() };
        let mut atoms: Vec<Atom> = Vec::new();
        for part in parts {
            match (part.as_str(), utterance) {
                ("{number}", Utterance::Call(call)) => self.number(&call.number, &mut atoms),
                ("{counter}", Utterance::Call(call)) => {
                    self.place(&call.counter, region, &mut atoms);
                }
                ("{zone}", Utterance::Call(call)) => self.zone(&call.zone, region, &mut atoms),
                ("{minutes}", Utterance::Notice(super::Notice::Closing { minutes })) => {
                    self.count(u32::from(*minutes), region, self.gaps.digit, &mut atoms);
                }
                ("{from}", Utterance::Notice(super::Notice::Lunch { from, .. })) => {
                    self.time(*from, region, &mut atoms);
                }
                ("{to}", Utterance::Notice(super::Notice::Lunch { to, .. })) => {
                    self.time(*to, region, &mut atoms);
                }
                (slot, _) if slot.starts_with('{') => {}
                (key, _) => {
                    let gap_ms = if atoms.is_empty() { 0 } else { self.gaps.phrase };
                    atoms.push(Atom { speech: speech(key, gap_ms), whole: None });
                }
            }
        }
        longest(&atoms, has)
    }

    fn number(&self, number: &queue::Number, atoms: &mut Vec<Atom>) {
        let text = number.to_string();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let mut read = 0;
        let mut gap_ms = if atoms.is_empty() { 0 } else { self.gaps.opening };
        for letter in text.chars() {
            let key = match letter.to_digit(10) {
                Some(n) => {
                    read += 1;
                    format!("w_{}", self.digit(n))
                }
                None => format!("l_{letter}"),
            };
            atoms.push(Atom { speech: speech(key, gap_ms), whole: None });
            gap_ms = match (letter.is_ascii_digit(), digits, read) {
                (false, ..) => self.gaps.letter,
                (true, 5, 2) => self.gaps.group,
                (true, ..) => self.gaps.digit,
            };
        }
    }

    fn place(&self, counter: &str, region: Region, atoms: &mut Vec<Atom>) {
        let Ok(n) = counter.trim().parse::<u32>() else { return };
        let words = self.cardinal(n, region).len();
        if words == 0 {
            return;
        }
        let gap_ms = if atoms.is_empty() { 0 } else { self.gaps.counter };
        if self.counter.is_empty() {
            return self.count(n, region, gap_ms, atoms);
        }
        let whole = Some((format!("{}_{n:02}", self.counter), words + 1));
        atoms.push(Atom { speech: speech(self.counter.as_str(), gap_ms), whole });
        self.count(n, region, self.gaps.digit, atoms);
    }

    /// The word for a zone and its code: letters by name, a number as a cardinal.
    fn zone(&self, code: &str, region: Region, atoms: &mut Vec<Atom>) {
        let code = code.trim();
        if code.is_empty() || self.zone.is_empty() {
            return;
        }
        let place = atoms.len();
        let first = speech(self.zone.as_str(), self.gaps.counter);
        atoms.push(Atom { speech: first, whole: None });
        match code.parse() {
            Ok(n) => self.count(n, region, self.gaps.digit, atoms),
            Err(_) => atoms.extend(code.chars().map(|letter| {
                let letter = format!("l_{}", letter.to_uppercase());
                Atom { speech: speech(letter, self.gaps.digit), whole: None }
            })),
        }
        atoms[place].whole = Some((format!("{}_{code}", self.zone), atoms.len() - place));
    }

    fn time(&self, minutes: u16, region: Region, atoms: &mut Vec<Atom>) {
        let (hours, minutes) = (u32::from(minutes) / 60 % 24, u32::from(minutes) % 60);
        let word = |key: &str, atoms: &mut Vec<Atom>| {
            if !key.is_empty() {
                atoms.push(Atom { speech: speech(key, self.gaps.word), whole: None });
            }
        };
        self.count(hours, region, self.gaps.digit, atoms);
        word(&self.hour, atoms);
        if minutes == 0 {
            word(&self.sharp, atoms);
        } else {
            self.count(minutes, region, self.gaps.word, atoms);
        }
    }

    fn count(&self, n: u32, region: Region, first_ms: u32, atoms: &mut Vec<Atom>) {
        let words = self.cardinal(n, region).into_iter().enumerate();
        atoms.extend(words.map(|(i, word)| {
            let gap_ms = if i == 0 { first_ms } else { self.gaps.word };
            Atom { speech: speech(format!("w_{word}"), gap_ms), whole: None }
        }));
    }
}

/// Takes the longest clip from each place on.
fn longest(atoms: &[Atom], has: impl Fn(&str) -> bool) -> Vec<Speech> {
    let mut clips = Vec::new();
    let mut at = 0;
    while let Some(first) = atoms.get(at) {
        let run = |length: usize| {
            let atoms = atoms.get(at..at + length)?;
            let joined: Vec<_> = atoms.iter().map(|atom| atom.speech.key.as_str()).collect();
            let joined = joined.join("+");
            if has(&joined) {
                return Some((joined, length));
            }
            first.whole.clone().filter(|(key, of)| *of == length && has(key))
        };
        let (key, length) = (2..=atoms.len() - at)
            .rev()
            .find_map(run)
            .unwrap_or_else(|| (first.speech.key.clone(), 1));
        clips.push(speech(key, first.speech.gap_ms));
        at += length;
    }
    clips
}
