//! Voice packs: what to record, recording it, taking recordings over, looking a pack through.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use station::config::{SoundSection, load_site};
use voice::faults::{self, Fault};
use voice::phrase::Line;
use voice::record::{Input, Order, Press, Session};
use voice::{
    Grammar, InputUrl, Manifest, OutputUrl, PackError, PackWriter, RATE, Recording, Region, Scope,
    import,
};

use crate::cli::{PackAbout, ScopeArgs, VoiceCommand};
use crate::{Desk, Failure, Outcome, say};

pub(crate) fn voice(desk: &Desk, command: &VoiceCommand) -> Outcome {
    match command {
        VoiceCommand::Check { dir, scope } => check(desk, dir, scope),
        VoiceCommand::Import { from, to, about, scope } => take_over(desk, from, to, about, scope),
        VoiceCommand::Sheet { scope, phrases, lang } => {
            sheet(desk, scope, phrases.as_deref(), lang)
        }
        VoiceCommand::Record { to, input, output, about, scope } => {
            let (input, output) = (input.as_str(), output.as_str());
            record(desk, to, (input, output), about, scope)
        }
        VoiceCommand::Text { text, wav, limit_s, command } => {
            let limit = std::time::Duration::from_secs(*limit_s);
            let speaker = voice::Speaker::new(command.clone(), limit);
            let help = "try the command by hand: it must write a WAV file to its standard output";
            let sound = speaker.speak(text).map_err(|error| cannot(error, help))?;
            voice::write_clip(wav, &sound)?;
            desk.say(&if desk.json {
                serde_json::json!({"millis": sound.millis()}).to_string()
            } else {
                format!("{} ms", sound.millis())
            })
        }
        VoiceCommand::Say(args) => say::say(desk, args),
    }
}

fn cannot(error: impl std::fmt::Display, help: &str) -> Failure {
    Failure::Cannot { what: error.to_string(), help: help.to_owned() }
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Self {
        cannot(error, "a pack is a folder with pack.toml and its clips; see assets/voice/README.md")
    }
}

/// What the voice must be able to say: a centre's letters and counters, or every letter and as many
/// counters as were named.
fn scope(args: &ScopeArgs) -> Result<Scope, Failure> {
    let region = match args.region.as_str() {
        "north" => Region::North,
        "south" => Region::South,
        other => return Err(cannot(format!("{other:?} is no region"), "write north or south")),
    };
    if let Some(file) = &args.site {
        let site = load_site(file)?;
        let prefixes = site.services.iter().map(|service| service.prefix.as_str());
        let counters = site.counters.iter().map(queue::Counter::label);
        let zones = site.zones.iter().map(|zone| zone.id.clone()).collect();
        let scope = Scope::of(prefixes, counters, region);
        return Ok(Scope { notices: !args.calls_only, zones, ..scope });
    }
    let letters = args.letters.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let counters = (1..=args.counters).collect();
    Ok(Scope { letters, counters, zones: Vec::new(), region, notices: !args.calls_only })
}

fn check(desk: &Desk, dir: &Path, args: &ScopeArgs) -> Outcome {
    let found = faults::of_pack(dir, &scope(args)?)?;
    if desk.json {
        let told = faults_json(&found.faults);
        let object = serde_json::json!({"name": found.manifest.name, "lang": found.manifest.lang,
            "class": found.manifest.class, "licence": found.manifest.licence, "clips": found.clips,
            "millis": found.millis, "usable": found.usable(), "faults": told, "alike": found.alike});
        desk.say(&object.to_string())?;
    } else {
        let about = &found.manifest;
        desk.say(&format!(
            "{} ({}, {}): {} clips, {} s",
            about.name,
            about.lang,
            about.class,
            found.clips,
            found.millis / 1_000
        ))?;
        desk.say(&format!("licence: {}", about.licence))?;
        if !about.notice.is_empty() {
            desk.say(&about.notice)?;
        }
        tell_faults(desk, &found.faults)?;
        for (a, b) in &found.alike {
            desk.say(&alike(a, b))?;
        }
        if found.usable() {
            desk.say("Bộ giọng dùng được. / The pack can be used.")?;
        }
    }
    if found.usable() { Ok(()) } else { Err(Failure::Found { code: 1 }) }
}

/// Two letters that are taken for one another, in both languages.
pub(crate) fn alike(a: &str, b: &str) -> String {
    format!(
        "{a} và {b} nghe gần giống nhau: nên chọn chữ khác / {a} and {b} sound alike: choose another prefix"
    )
}

/// The pairs of a centre's series that sound alike when they are called.
pub(crate) fn alike_in(site: &queue::Site) -> Vec<(String, String)> {
    let Ok(grammar) = Grammar::built_in("vi") else { return Vec::new() };
    let prefixes: Vec<_> = site.services.iter().map(|service| service.prefix.as_str()).collect();
    let pairs = grammar.alike(&prefixes).into_iter();
    pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn faults_json(faults: &[(String, Fault)]) -> Vec<serde_json::Value> {
    let told = |(key, fault): &(String, Fault)| {
        serde_json::json!({"key": key, "fault": fault.word(), "grave": fault.grave(),
            "words": {"vi": fault.vi(), "en": fault.en()}})
    };
    faults.iter().map(told).collect()
}

fn tell_faults(desk: &Desk, faults: &[(String, Fault)]) -> Outcome {
    for (key, fault) in faults {
        let mark = if fault.grave() { "✗" } else { "!" };
        desk.say(&format!("{mark} {key}: {}", fault.vi()))?;
        desk.say(&format!("  {key}: {}", fault.en()))?;
    }
    Ok(())
}

fn manifest(about: &PackAbout, folder: &Path) -> Manifest {
    let folder = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    Manifest {
        name: about.name.clone().or(folder).unwrap_or_default(),
        lang: about.lang.clone(),
        region: "north".to_owned(),
        voice: about.voice.clone(),
        class: "recorded".to_owned(),
        licence: about.licence.clone(),
        ..Manifest::default()
    }
}

fn take_over(desk: &Desk, from: &Path, to: &Path, about: &PackAbout, args: &ScopeArgs) -> Outcome {
    let done = import(from, to, &manifest(about, to), &scope(args)?)?;
    if desk.json {
        let object = serde_json::json!({"clips": done.clips, "faults": faults_json(&done.faults),
            "unknown": done.unknown});
        desk.say(&object.to_string())?;
    } else {
        desk.say(&format!("{} clips → {}", done.clips.len(), to.display()))?;
        tell_faults(desk, &done.faults)?;
        for path in &done.unknown {
            let path = path.display();
            desk.say(&format!("! {path}: không có trong danh sách / not on the sheet"))?;
        }
    }
    let left_out = done.faults.iter().any(|(_, fault)| fault.grave());
    if left_out { Err(Failure::Found { code: 1 }) } else { Ok(()) }
}

fn grammar(phrases: Option<&Path>, lang: &str) -> Result<Grammar, Failure> {
    let help = "write --lang vi or en, or name a phrases.toml with --phrases";
    let Some(path) = phrases else {
        return Grammar::built_in(lang).map_err(|error| cannot(error, help));
    };
    let text = std::fs::read_to_string(path)?;
    Grammar::read(&text).map_err(|error| cannot(format!("{}: {error}", path.display()), help))
}

/// Tab-separated: number, file, needed or not, words. It opens in any spreadsheet and prints as it is.
fn sheet(desk: &Desk, args: &ScopeArgs, phrases: Option<&Path>, lang: &str) -> Outcome {
    let lines = grammar(phrases, lang)?.sheet(&scope(args)?);
    if desk.json {
        return lines.iter().enumerate().try_for_each(|(i, line)| {
            let object = serde_json::json!({"number": i + 1, "key": line.key, "text": line.text,
                "needed": line.needed});
            desk.say(&object.to_string())
        });
    }
    desk.say("số\ttệp\tcần\tđọc")?;
    for (i, line) in lines.iter().enumerate() {
        let needed = if line.needed { "cần" } else { "nên có" };
        desk.say(&format!("{:03}\t{}.wav\t{needed}\t{}", i + 1, line.key, line.text))?;
    }
    Ok(())
}

fn record(
    desk: &Desk,
    to: &Path,
    (input, output): (&str, &str),
    about: &PackAbout,
    args: &ScopeArgs,
) -> Outcome {
    let from: InputUrl =
        input.parse().map_err(|error| cannot(error, "aplay -L and arecord -L list the devices"))?;
    let heard: OutputUrl =
        output.parse().map_err(|error| cannot(error, "write off to hear nothing"))?;
    let manifest = manifest(about, to);
    let mut pack = PackWriter::open(to, &manifest)?;
    let lines = manifest.grammar(to)?.sheet(&scope(args)?);
    let mut session = Session::new(lines, |key| pack.has(key));
    let mut sitting = Sitting { desk, from, heard, recording: None };
    desk.note(KEYS)?;
    let mut orders = session.begin();
    let mut keys = std::io::stdin().lock().lines();
    loop {
        for order in std::mem::take(&mut orders) {
            if let Some(input) = sitting.carry_out(order, &session, &mut pack)? {
                orders.append(&mut session.step(input));
            }
        }
        if !orders.is_empty() {
            continue;
        }
        if session.over() {
            return Ok(());
        }
        // Whoever closes the terminal leaves; what was kept is kept.
        let typed = keys.next().transpose()?.unwrap_or_else(|| "q".to_owned());
        match press(&typed) {
            Some(press) => orders = session.step(Input::Press(press)),
            None => desk.note(KEYS)?,
        }
    }
}

const KEYS: &str = "Enter: bắt đầu, dừng, giữ lại · l: thu lại · n: nghe lại · t: lùi · b: bỏ qua · q: thôi\n\
    Enter: begin, end, keep · l: again · n: listen · t: back · b: leave out · q: stop";

fn press(typed: &str) -> Option<Press> {
    match typed.trim() {
        "" => Some(Press::Go),
        "l" => Some(Press::Again),
        "n" => Some(Press::Listen),
        "t" => Some(Press::Back),
        "b" => Some(Press::Skip),
        "q" => Some(Press::Leave),
        _ => None,
    }
}

/// The hands of a sitting: terminal, microphone, loudspeaker, disk.
struct Sitting<'a> {
    desk: &'a Desk,
    from: InputUrl,
    heard: OutputUrl,
    recording: Option<Recording>,
}

impl Sitting<'_> {
    fn carry_out(
        &mut self,
        order: Order,
        session: &Session,
        pack: &mut PackWriter,
    ) -> Result<Option<Input>, Failure> {
        match order {
            Order::Show(at) => self.show(&session.lines()[at], at, session.lines().len())?,
            Order::Record => {
                match Recording::begin(&self.from, session.key()) {
                    Ok(recording) => self.recording = Some(recording),
                    Err(why) => return Ok(Some(Input::Recorded(Err(why)))),
                }
                self.desk.note("● đang thu, Enter để dừng / recording, Enter to end")?;
            }
            Order::Enough => {
                let sound = self.recording.take().map(Recording::end);
                let none = || Err("nothing was recorded".to_owned());
                return Ok(Some(Input::Recorded(sound.unwrap_or_else(none))));
            }
            Order::Tell { faults, again } => self.tell(&faults, again)?,
            Order::Trouble(why) => self.desk.note(&format!("✗ micro / microphone: {why}"))?,
            Order::Play(clip) => {
                if let Err(why) = voice::listen(&self.heard, &clip.at(RATE).samples) {
                    self.desk.note(&format!("! loa / loudspeaker: {why}"))?;
                }
            }
            Order::Keep { key, clip } => pack.keep(&key, &clip)?,
            Order::Done { kept, of } if self.desk.json => {
                let object = serde_json::json!({"kept": kept, "of": of});
                self.desk.say(&object.to_string())?;
            }
            Order::Done { kept, of } => {
                self.desk.say(&format!("đã thu {kept} trên {of} / {kept} of {of} recorded"))?;
            }
        }
        Ok(None)
    }

    fn show(&self, line: &Line, at: usize, of: usize) -> Outcome {
        self.desk.note(&format!("\n[{} / {of}]  {}", at + 1, line.text))
    }

    fn tell(&self, faults: &[Fault], again: bool) -> Outcome {
        for fault in faults {
            self.desk.note(&format!("! {} / {}", fault.vi(), fault.en()))?;
        }
        self.desk.note(if again {
            "Đọc lại câu này / Say it once more"
        } else {
            "Enter: giữ · l: thu lại · n: nghe lại / Enter: keep · l: again · n: listen"
        })
    }
}

/// The folder of packs that was named, the installed one, or the one of a source tree.
pub(crate) fn packs_folder(named: Option<&Path>) -> PathBuf {
    if let Some(named) = named {
        return named.to_owned();
    }
    let installed = SoundSection::default().packs;
    let source = PathBuf::from("assets/voice");
    if !installed.is_dir() && source.is_dir() { source } else { installed }
}
