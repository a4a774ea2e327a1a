//! Ratings from the command line, for a tablet or a page of the centre's own.

use queue::{Action, Complaint, Level, Refusal};
use uuid::Uuid;

use crate::cli::Request;
use crate::{Desk, Failure, Outcome, act};

pub(crate) fn rate(
    desk: &Desk,
    number: &str,
    level: &str,
    why: &[String],
    request: &Request,
) -> Outcome {
    let wrong = |word: &str, all: String| Failure::Cannot {
        what: format!("{word:?} is none of the words of a rating"),
        help: format!("one of {all}"),
    };
    let of_level = || Level::ALL.map(Level::word).join(", ");
    let level = Level::from_word(level).ok_or_else(|| wrong(level, of_level()))?;
    let of_why = || Complaint::ALL.map(Complaint::word).join(", ");
    let why = why
        .iter()
        .map(|word| Complaint::from_word(word).ok_or_else(|| wrong(word, of_why())))
        .collect::<Result<Vec<_>, _>>()?;
    let mut store = desk.store()?;
    let number = act::number(&store.site()?, number)?;
    let day = store.board(desk.now())?.day;
    let unknown = || Failure::Refused(Refusal::UnknownNumber { number: number.clone() });
    let ticket = store.ticket(day, &number)?.ok_or_else(unknown)?.id;
    let request = request.request.unwrap_or_else(Uuid::now_v7);
    store.act(request, &Action::Rate { ticket, level, why }, desk.now())?;
    if desk.json {
        return desk.say(&serde_json::json!({"rated": level.word()}).to_string());
    }
    desk.say("rated; the ledger does not tell whose visit it was")
}
