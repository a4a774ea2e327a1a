//! Setting a centre up and changing it.

use std::path::Path;

use queue::{Lang, Refusal, Site, Stranded};
use serde_json::Value;
use station::config::load_site;
use store::{Login, Store};

use crate::cli::SiteCommand;
use crate::{Desk, Failure, Outcome, pack};

pub(crate) fn init(desk: &Desk, file: &Path) -> Outcome {
    let site = load_site(file)?;
    let folder = desk.url.path().and_then(Path::parent);
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Failure::Cannot {
            what: format!("{}: {error}", folder.display()),
            help: "make the folder, owned by the user the programs run as".into(),
        })?;
    }
    Store::create(&desk.url, &site, desk.now())?;
    let logins = match desk.url.path() {
        Some(_) => Vec::new(),
        None => Store::enrol(&desk.url, &site.id)?,
    };
    if desk.json {
        let mut made = serde_json::json!({"store": desk.url.to_string(), "site": site.id,
            "services": site.services.len(), "counters": site.counters.len()});
        if !logins.is_empty() {
            made["logins"] = object(logins);
        }
        return desk.say(&made.to_string());
    }
    say(desk, &logins)?;
    desk.say(&format!(
        "made {}: {}, {} services, {} counters",
        desk.url,
        site.name.vi,
        site.services.len(),
        site.counters.len()
    ))
}

/// `luot enrol`.
pub(crate) fn enrol(desk: &Desk) -> Outcome {
    let site = desk.store()?.site()?;
    let logins = Store::enrol(&desk.url, &site.id)?;
    if desk.json {
        return desk.say(&serde_json::json!({"logins": object(logins)}).to_string());
    }
    say(desk, &logins)
}

/// Logins with their addresses, by their roles.
pub(crate) fn object(logins: Vec<Login>) -> Value {
    let logins = logins.into_iter().map(|login| (login.role.to_owned(), login.address.into()));
    Value::Object(logins.collect())
}

pub(crate) fn say(desk: &Desk, logins: &[Login]) -> Outcome {
    for login in logins {
        desk.say(&format!("{}: {}", login.role, login.address))?;
    }
    if logins.is_empty() {
        return Ok(());
    }
    desk.say("write these addresses into the config files now; the passwords are kept nowhere")?;
    desk.say("for machines other than the server, put its name or number in the place of this one")
}

pub(crate) fn site(desk: &Desk, command: SiteCommand) -> Outcome {
    let mut store = desk.store()?;
    let old = store.site()?;
    let (new, force, apply) = match command {
        SiteCommand::Diff { file } => (load_site(&file)?, true, false),
        SiteCommand::Apply { file, force } => (load_site(&file)?, force, true),
    };
    let changes = changes(&old, &new)?;
    // Whom the site of today does not reach either is no reason to keep it.
    let board = store.board(desk.now())?;
    let already = board.stranded(&old);
    let mut who = board.stranded(&new);
    who.retain(|one| !already.contains(one));
    if !who.is_empty() && !force {
        return Err(Failure::Refused(Refusal::Stranding { who }));
    }
    if apply && !changes.is_empty() {
        store.apply_site(&new, desk.now())?;
    }
    say_changes(desk, &changes, &who, &pack::alike_in(&new))
}

fn say_changes(
    desk: &Desk,
    changes: &[Change],
    stranded: &[Stranded],
    alike: &[(String, String)],
) -> Outcome {
    if desk.json {
        let list: Vec<_> = changes
            .iter()
            .map(|change| serde_json::json!({"key": change.key, "old": change.old, "new": change.new}))
            .collect();
        let said = serde_json::json!({"changes": list, "stranded": stranded, "alike": alike});
        return desk.say(&said.to_string());
    }
    if changes.is_empty() {
        return desk.say("no change");
    }
    // Only when it is news: whoever has lived with two letters for years need not read it daily.
    if changes
        .iter()
        .any(|change| change.key.ends_with("prefix") || change.key.starts_with("service."))
    {
        alike.iter().try_for_each(|(a, b)| desk.say(&pack::alike(a, b)))?;
    }
    for change in changes {
        match (&change.old, &change.new) {
            (Value::Null, new) => desk.say(&format!("+ {} = {new}", change.key))?,
            (old, Value::Null) => desk.say(&format!("- {} = {old}", change.key))?,
            (old, new) => desk.say(&format!("~ {}: {old} → {new}", change.key))?,
        }
    }
    if !stranded.is_empty() {
        desk.say("nobody calls any more:")?;
    }
    stranded.iter().try_for_each(|one| desk.say(&format!("  {}", one.words(Lang::En))))
}

struct Change {
    key: String,
    old: Value,
    new: Value,
}

/// What differs, key by key; entries of a list are told apart by their `id`, not by their place.
fn changes(old: &Site, new: &Site) -> Result<Vec<Change>, Failure> {
    let value = |site: &Site| {
        serde_json::to_value(site)
            .map_err(|error| Failure::Cannot { what: error.to_string(), help: String::new() })
    };
    let mut changes = Vec::new();
    compare(String::new(), &value(old)?, &value(new)?, &mut changes);
    Ok(changes)
}

fn compare(key: String, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    if old == new {
        return;
    }
    if let (Some(old_keys), Some(new_keys)) = (keyed(old), keyed(new)) {
        let mut names: Vec<_> =
            old_keys.iter().chain(&new_keys).map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let find = |keys: &[(String, Value)]| {
                keys.iter()
                    .find(|(known, _)| *known == name)
                    .map_or(Value::Null, |(_, v)| v.clone())
            };
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            compare(key, &find(&old_keys), &find(&new_keys), changes);
        }
        return;
    }
    changes.push(Change { key, old: old.clone(), new: new.clone() });
}

/// The parts of a table, or of a list of tables with an `id` or a `name`.
fn keyed(value: &Value) -> Option<Vec<(String, Value)>> {
    match value {
        Value::Object(map) => Some(map.iter().map(|(k, v)| (k.clone(), v.clone())).collect()),
        Value::Array(list) if !list.is_empty() => list
            .iter()
            .map(|entry| {
                let id = entry.get("id").or_else(|| entry.get("name")?.get("vi"))?.as_str()?;
                Some((format!("[{id}]"), entry.clone()))
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}
