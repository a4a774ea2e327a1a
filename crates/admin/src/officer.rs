//! Who works at the counters, from the command line; and PINs typed so that nobody reads along.

use std::io::{BufRead, IsTerminal, Write};

use queue::{Action, Officer, OfficerId, PinHash, Refusal, Role, Site, Staffing};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde_json::json;
use station::pin::{LENGTH, Pin};
use store::Store;
use uuid::Uuid;

use crate::cli::OfficerCommand;
use crate::{Desk, Failure, Outcome};

pub(crate) fn officer(desk: &Desk, command: OfficerCommand) -> Outcome {
    let mut store = desk.store()?;
    let known = store.board(desk.now())?.officers;
    match command {
        OfficerCommand::List => known.values().try_for_each(|officer| list(desk, officer)),
        OfficerCommand::Add { code, name, role, agency } => {
            known_agencies(&store.site()?, &agency)?;
            let id = OfficerId::from(code);
            let pin = if known.contains_key(&id) { None } else { Some(typed()?) };
            let who = Officer { id, name, role: role_of(&role)?, agencies: agency };
            let done = match pin {
                Some(_) => "may sign in",
                None => "is changed; the PIN stays, and `luot officer reset` gives another",
            };
            change(desk, &mut store, Staffing::Enlist { who: who.clone(), pin })?;
            told(desk, &who.id, done)
        }
        OfficerCommand::Reset { code } => {
            let who = OfficerId::from(code);
            // Asked first: nobody types a PIN for somebody who is not there.
            if !known.contains_key(&who) {
                return Err(Failure::Refused(Refusal::UnknownOfficer { officer: who }));
            }
            let pin = typed()?;
            change(desk, &mut store, Staffing::ResetPin { who: who.clone(), pin })?;
            told(desk, &who, "has another PIN")
        }
        OfficerCommand::Remove { code } => {
            let who = OfficerId::from(code);
            change(desk, &mut store, Staffing::Dismiss { who: who.clone() })?;
            told(desk, &who, "signs in no more")
        }
    }
}

fn list(desk: &Desk, officer: &Officer) -> Outcome {
    let Officer { id, name, role, agencies } = officer;
    if desk.json {
        let object = json!({"officer": id, "name": name, "role": role, "agencies": agencies});
        return desk.say(&object.to_string());
    }
    let at = if agencies.is_empty() { "all counters".to_owned() } else { agencies.join(", ") };
    desk.say(&format!("{:<10} {:<11} {name}  ({at})", id.as_str(), role.word()))
}

fn told(desk: &Desk, who: &OfficerId, done: &str) -> Outcome {
    if desk.json {
        return desk.say(&json!({"officer": who, "done": done}).to_string());
    }
    desk.say(&format!("{who} {done}"))
}

fn change(desk: &Desk, store: &mut Store, change: Staffing) -> Outcome {
    store.act(Uuid::now_v7(), &Action::Staff { change }, desk.now())?;
    Ok(())
}

fn role_of(word: &str) -> Result<Role, Failure> {
    Role::from_word(word).ok_or_else(|| Failure::Cannot {
        what: format!("{word:?} is not a role"),
        help: format!("one of {}", Role::ALL.map(Role::word).join(", ")),
    })
}

fn known_agencies(site: &Site, agencies: &[String]) -> Outcome {
    let all: Vec<_> = site.agencies.iter().map(|agency| agency.id.as_str()).collect();
    match agencies.iter().find(|agency| !all.contains(&agency.as_str())) {
        None => Ok(()),
        Some(agency) => Err(Failure::Cannot {
            what: format!("{agency:?} is not an agency of this centre"),
            help: format!("one of {}", all.join(", ")),
        }),
    }
}

/// A new PIN: at a terminal typed twice and not shown, else one line of standard input.
fn typed() -> Result<PinHash, Failure> {
    let pin = if std::io::stdin().is_terminal() {
        let pin = ask("PIN: ")?;
        if ask("The same once more: ")? != pin {
            return Err(Failure::Cannot {
                what: "the two PINs are not the same".into(),
                help: "nothing was changed; begin anew".into(),
            });
        }
        pin
    } else {
        line()?
    };
    pin.hash().ok_or_else(|| Failure::Cannot {
        what: "this is no PIN".into(),
        help: format!("{} to {} figures, and nothing else", LENGTH.start(), LENGTH.end()),
    })
}

fn line() -> Result<Pin, Failure> {
    let mut line = zeroize::Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(Pin::new(line.trim_end()))
}

fn ask(question: &str) -> Result<Pin, Failure> {
    let mut err = std::io::stderr().lock();
    write!(err, "{question}").and_then(|()| err.flush())?;
    let shown = tcgetattr(std::io::stdin()).map_err(std::io::Error::from)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(std::io::stdin(), OptionalActions::Flush, &hidden).map_err(std::io::Error::from)?;
    let read = line();
    tcsetattr(std::io::stdin(), OptionalActions::Flush, &shown).map_err(std::io::Error::from)?;
    writeln!(err)?;
    read
}
