//! The voice's hand: calls in, what was heard out.

use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use queue::Danger;
use station::config::{HallConfig, SoundSection, Spoken};
use station::desk::Trouble;
use station::face::FaceError;
use station::flow::Inputs;
use station::hall::{Hall, Order, Voice};
use voice::{
    Announcer, Call, Emergency, Kind, Notice, OutputUrl, Pack, Region, Report, Say, Saying,
    Settings, Voices,
};

/// A record takes some milliseconds; a queue that is away must not keep the hall silent.
const GATE: Duration = Duration::from_millis(400);

/// Where the flow's orders go before the voice is started.
pub(crate) fn channel() -> (mpsc::Sender<Order>, mpsc::Receiver<Order>) {
    mpsc::channel()
}

/// Passes an order on; never blocks the flow.
pub(crate) fn order(orders: &mpsc::Sender<Order>, order: Order) {
    if orders.send(order).is_err() {
        tracing::debug!("nothing is said: the voice is off");
    }
}

/// Ends with the hall: the flow drops its sender, the thread sees it.
#[derive(Debug)]
pub(crate) struct Hand {
    _thread: JoinHandle<()>,
}

/// Starts the announcer named in the config and the thread that passes calls to it.
pub(crate) fn start(
    config: &HallConfig,
    orders: mpsc::Receiver<Order>,
    inputs: Inputs<Hall>,
) -> Result<Hand, FaceError> {
    let sound = &config.sound;
    let output: OutputUrl = sound
        .output
        .parse()
        .map_err(|error: voice::NotAnOutput| FaceError::Hand(format!("sound.output: {error}")))?;
    let (voices, mut lacking) = voices(sound);
    if lacking.is_some() {
        inputs.device(Voice::Sound(lacking.clone()));
    }
    let limit = Duration::from_secs(sound.reader_limit_s.into());
    let reader = voice::Speaker::new(sound.reader.clone(), limit);
    let settings = Settings { output, voices, gate: GATE, reader };
    let announcer = Announcer::start(settings, move |heard| {
        inputs.device(report(&heard, &mut lacking));
    })?;
    let thread = std::thread::Builder::new().name("calls".into()).spawn(move || {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Say { call, number, counter, zone, recall, lang, age_ms, gain_db } => {
                    let kind = if recall { Kind::Recall } else { Kind::Call };
                    let age = Duration::from_millis(u64::try_from(age_ms).unwrap_or_default());
                    let what = Saying::Call(Call { number, counter, zone, kind });
                    announcer.say(Say { id: call, what, lang, age, gain_db });
                }
                Order::Notice { id, say, text, gain_db } => {
                    let what = Saying::Notice(say.map(notice), text);
                    let (lang, age) = (String::new(), Duration::ZERO);
                    announcer.say(Say { id, what, lang, age, gain_db });
                }
                Order::Emergency { id, danger, text, every_s, gain_db } => {
                    let every = Duration::from_secs(every_s.into());
                    let notice = sentence(danger);
                    announcer.emergency(Some(Emergency { id, notice, text, every, gain_db }));
                }
                Order::AllClear => announcer.emergency(None),
                Order::Test => announcer.test(),
                Order::Go { call } => announcer.go(call),
                Order::Hush { call } => announcer.hush(call),
            }
        }
    })?;
    Ok(Hand { _thread: thread })
}

/// The sentence of a danger; nothing where only the text can tell.
fn sentence(danger: Danger) -> Option<Notice> {
    match danger {
        Danger::Evacuation => Some(Notice::Emergency),
        Danger::PowerCut => Some(Notice::PowerCut),
        Danger::Failure => Some(Notice::Failure),
        Danger::Other => None,
    }
}

fn notice(say: Spoken) -> Notice {
    match say {
        Spoken::Closing => Notice::Closed,
        Spoken::Pause => Notice::Interruption,
    }
}

/// The packs that can be read, and what the voice lacks; a hall without a voice still rings and
/// says so to staff.
fn voices(sound: &SoundSection) -> (Voices, Option<Trouble>) {
    let mut lacking = None;
    let mut load = |name: &str| {
        if name.is_empty() {
            return None;
        }
        match Pack::load(&sound.packs.join(Path::new(name))) {
            Ok(pack) => Some(pack),
            Err(error) => {
                tracing::warn!(%error, "a voice pack cannot be used");
                lacking.get_or_insert_with(|| Trouble {
                    vi: format!("Không đọc được bộ giọng {name}"),
                    en: format!("Voice pack {name} cannot be read"),
                });
                None
            }
        }
    };
    let voices = Voices {
        main: load(&sound.pack),
        fallback: load(&sound.fallback_pack),
        english: if sound.english { load("en-kokoro") } else { None },
        others: sound.visitor_packs.iter().filter_map(|name| load(name)).collect(),
        region: if sound.region == "south" { Region::South } else { Region::North },
    };
    (voices, lacking)
}

/// A pack's trouble stands until the program starts anew; a device's ends when it works again.
fn report(report: &Report, lacking: &mut Option<Trouble>) -> Voice {
    match report {
        Report::Begun { id } => Voice::Begun { call: *id },
        Report::Spoken { id, attempt } => Voice::Spoken { call: *id, attempt: *attempt },
        Report::Skipped { id, why } => Voice::Skipped { call: *id, why: why.word().to_owned() },
        Report::Incomplete { .. } => {
            let trouble = Trouble {
                vi: "Bộ giọng thiếu từ".into(),
                en: "The voice pack lacks a word".into(),
            };
            *lacking = Some(trouble);
            Voice::Sound(lacking.clone())
        }
        Report::Unread { .. } => {
            let trouble = Trouble {
                vi: "Loa: chưa đọc được thông báo".into(),
                en: "Loudspeaker: a notice was not read".into(),
            };
            *lacking = Some(trouble);
            Voice::Sound(lacking.clone())
        }
        Report::Tested(Ok(())) => Voice::Tested(None),
        Report::Tested(Err(why)) => Voice::Tested(Some(why.clone())),
        Report::Sound(Ok(())) => Voice::Sound(lacking.clone()),
        Report::Sound(Err(_)) => Voice::Sound(Some(Trouble {
            vi: "Loa: không có thiết bị".into(),
            en: "Loudspeaker: no device".into(),
        })),
    }
}

#[cfg(test)]
mod tests;
