use super::*;

/// The table of the manual: rows are steps, columns are states, a dot is a refusal.
const TABLE: &str = "\
            waiting    called     serving    parked     served     no_show    cancelled  void
Call        called     ·          ·          ·          ·          ·          ·          ·
Recall      ·          called     ·          ·          ·          ·          ·          ·
Start       ·          serving    ·          ·          ·          ·          ·          ·
Finish      ·          served     served     ·          ·          ·          ·          ·
NoShow      ·          no_show    ·          ·          ·          ·          ·          ·
Park        ·          parked     parked     ·          ·          ·          ·          ·
Resume      ·          ·          ·          called     ·          ·          ·          ·
Transfer    waiting    waiting    waiting    waiting    ·          ·          ·          ·
Requeue     ·          waiting    ·          waiting    ·          waiting    ·          ·
Cancel      cancelled  cancelled  ·          cancelled  ·          cancelled  ·          ·
Void        void       void       void       void       ·          void       ·          ·
TakeOver    ·          called     serving    ·          ·          ·          ·          ·
";

fn row(head: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: String = cells.map(|cell| format!("{cell:<11}")).collect();
    format!("{head:<12}{cells}").trim_end().to_owned() + "\n"
}

#[test]
fn the_whole_life_is_this_table() {
    let number = Number::new("H", 42);
    let mut table = row("", State::ALL.iter().map(|state| state.word().to_owned()));
    for taken in Step::ALL {
        let cells = State::ALL.iter().map(|state| {
            step(&number, *state, taken).map_or("·".to_owned(), |next| next.word().to_owned())
        });
        table += &row(&format!("{taken:?}"), cells);
    }
    // The line continuation of the constant eats the blanks before its first word.
    assert_eq!(table.trim_start(), TABLE);
}

/// A number that is on no paper must never be called: not back from being set aside, not elsewhere.
#[test]
fn a_visit_without_a_number_takes_every_step_but_two() {
    let (number, direct) = (Number::new("H", 42), Number::new(crate::DIRECT, 1));
    for state in State::ALL {
        for taken in Step::ALL {
            let wanted = match step(&number, state, taken) {
                Ok(_) if matches!(taken, Step::Park | Step::Transfer) => "no_number",
                Ok(next) => next.word(),
                Err(_) => "state",
            };
            let found = step(&direct, state, taken);
            assert_eq!(found.map_or_else(|refusal| refusal.code(), State::word), wanted);
        }
    }
}

#[test]
fn what_is_refused_is_said_in_both_languages() {
    let number = Number::new("H", 42);
    for state in State::ALL {
        for taken in Step::ALL {
            if let Err(refusal) = step(&number, state, taken) {
                assert!(refusal.words(crate::Lang::Vi).contains("H042"));
                assert!(refusal.words(crate::Lang::En).contains("H042"));
                assert_eq!(refusal.code(), "state");
            }
        }
    }
}

#[test]
fn words_and_states_go_both_ways() {
    for state in State::ALL {
        assert_eq!(State::from_word(state.word()), Some(state));
    }
    assert_eq!(State::from_word("gone"), None);
}
