use super::*;

/// The hot statements go through their index and sort nothing that waits.
#[test]
fn the_plans_are_seeks() {
    let db = Connection::open_in_memory().unwrap();
    crate::schema::migrate(&db, 0).unwrap();
    let plan = |sql: &str| -> String {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = statement.parameter_count();
        let rows = statement
            .query_map(rusqlite::params_from_iter(vec![1_i64; parameters]), |row| {
                row.get::<_, String>(3)
            });
        rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let head = plan(crate::act::HEAD);
    assert_eq!(head, "SEARCH leg USING COVERING INDEX leg_waiting (service_id=? AND lane=?)");
    let sent = plan(crate::act::SENT);
    assert!(sent.contains("USING INDEX leg_sent (only_counter=?)"), "{sent}");
    let due = plan(crate::act::DUE);
    assert!(due.contains("leg_due"), "{due}");
    let held = plan(crate::act::HELD_BY);
    assert!(held.contains("SEARCH l USING INDEX leg_counter (counter_id=?)"), "{held}");
    let feed = plan(FEED);
    assert!(feed.contains("SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"), "{feed}");
    let repeated = plan(crate::act::REPEATED);
    assert_eq!(repeated, "SEARCH event USING INDEX event_req (req=?)");
    let by_number = plan(crate::act::BY_NUMBER);
    assert!(by_number.contains("(day=? AND prefix=? AND number=?)"), "{by_number}");
    let given = plan(crate::act::GIVEN);
    assert!(
        given.starts_with("SEARCH t USING INDEX sqlite_autoindex_ticket_1 (day=? AND prefix=?)")
    );
    let calls = plan(CALLS);
    assert!(calls.starts_with("SEARCH e USING INDEX event_call (day=?)"), "{calls}");
    let taken_back = plan(TAKEN_BACK);
    assert!(taken_back.contains("USING INDEX event_undone (<expr>=?)"), "{taken_back}");
    for plan in [head, sent, held, feed, repeated, by_number, given, calls, taken_back] {
        assert!(!sorts(&plan) && !plan.replace("SCAN CONSTANT ROW", "").contains("SCAN"), "{plan}");
    }
    // A ticket has few legs, so the last of them may be sorted out.
    let by_id = plan(crate::act::BY_ID);
    assert!(by_id.starts_with("SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"), "{by_id}");
    assert!(!by_id.contains("SCAN"), "{by_id}");
    // The end of a table and a partial index are gone through, not the table.
    for last in [plan(LAST), plan(crate::act::LAST)] {
        assert!(last == "SCAN event" && !sorts(&last), "{last}");
    }
    let live = plan(crate::act::LIVE);
    assert!(live.starts_with("SCAN l USING INDEX leg_live; SEARCH t USING INTEGER"), "{live}");
    let holding = plan(crate::lease::HOLDING);
    assert_eq!(holding, "SCAN leg USING INDEX leg_counter");
}

fn sorts(plan: &str) -> bool {
    plan.contains("TEMP B-TREE")
}
