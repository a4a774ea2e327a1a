//! A call into a WAV file.

use queue::Lang;
use station::config::SoundSection;
use voice::{Call, Kind, Pack, Region, Voices, compose, write_wav};

use crate::cli::SayArgs;
use crate::{Desk, Failure, Outcome, pack, slip};

pub(crate) fn say(desk: &Desk, args: &SayArgs) -> Outcome {
    let cannot = |what: String, help: &str| Failure::Cannot { what, help: help.to_owned() };
    let number = args.number.parse().map_err(|error: queue::NotANumber| {
        cannot(format!("{:?}: {error}", args.number), "write it as it is printed")
    })?;
    let kind = match (args.recall, args.last_call, args.transfer) {
        (true, ..) => Kind::Recall,
        (_, true, _) => Kind::LastCall,
        (.., true) => Kind::Transfer,
        (false, false, false) => Kind::Call,
    };
    let region = if args.region == "south" { Region::South } else { Region::North };
    let (counter, zone) = (args.counter.clone(), args.zone.clone());
    let call = Call { number, counter, zone, kind };
    let packs = pack::packs_folder(args.packs.as_deref());
    let usual = SoundSection::default();
    let load = |name: &str| {
        Pack::load(&packs.join(name))
            .map_err(|error| cannot(error.to_string(), "name the folder with --packs"))
    };
    let voices = match slip::lang(&args.lang)? {
        Lang::Vi => Voices {
            main: Some(load(args.pack.as_deref().unwrap_or(&usual.pack))?),
            fallback: load(&usual.fallback_pack).ok(),
            region,
            ..Voices::default()
        },
        Lang::En => Voices {
            english: Some(load(args.pack.as_deref().unwrap_or("en-kokoro"))?),
            region,
            ..Voices::default()
        },
    };
    let said = compose(&call, &voices, 1);
    if args.wav.exists() {
        std::fs::remove_file(&args.wav)?;
    }
    write_wav(&args.wav, &said.samples)?;
    let clips: Vec<_> = said.clips.iter().map(|(key, _)| key.as_str()).collect();
    if desk.json {
        let told = serde_json::json!({"millis": said.millis(), "clips": clips, "missing": said.missing,
            "spoken_by": said.spoken_by});
        return desk.say(&told.to_string());
    }
    desk.say(&format!("{} ms: {}", said.millis(), clips.join(" ")))?;
    if !said.missing.is_empty() {
        desk.say(&format!("missing clips: {}", said.missing.join(" ")))?;
    }
    Ok(())
}
