use super::*;

fn shown(seq: i64, ticket: i64, counter: &str) -> Shown {
    Shown {
        seq,
        at: Timestamp(seq),
        ticket: TicketId(ticket),
        number: Number::new("A", 1),
        counter: counter.into(),
        undone: false,
    }
}

fn seqs(recent: &[Shown]) -> Vec<i64> {
    recent.iter().map(|shown| shown.seq).collect()
}

/// A quiet zone keeps its call while forty are called elsewhere.
#[test]
fn a_busy_counter_crowds_no_other_out() {
    let mut recent = Vec::new();
    shown(1, 1, "quiet").join(&mut recent);
    for seq in 2..42 {
        shown(seq, seq, "busy").join(&mut recent);
    }
    assert_eq!(seqs(&recent), [41, 40, 39, 38, 37, 36, 1]);
    assert_eq!(recent.len(), RECENT_EACH + 1);
}

#[test]
fn a_number_is_shown_once_and_where_it_was_called_last() {
    let mut recent = Vec::new();
    for seq in 1..=3 {
        shown(seq, seq, "9").join(&mut recent);
    }
    shown(4, 2, "10").join(&mut recent);
    shown(5, 1, "9").join(&mut recent);
    assert_eq!(seqs(&recent), [5, 4, 3]);
    assert_eq!(recent[1].counter, "10".into());
}
