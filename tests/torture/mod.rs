//! Kills, power cuts, failing disks, and a year: what must never happen, tried.
//!
//! Each test runs short among the others and long by `cargo xtask torture --long`. A failure tells
//! the seed to repeat it with.
//!
//! # Mutants
//!
//! A test that has never been red proves nothing. Each line below was changed by hand and run; the
//! tests named turned red. Change one, run `cargo nextest run -p queue -p store -p tests`, put it
//! back; whoever changes the store does so again.
//!
//! | where | change | red |
//! |---|---|---|
//! | `queue/src/rule.rs` `choose` | `min_by_key(Head::key)`, both → by `head.ticket` | `kill`, `queue` rule |
//! | `store/src/act/ticket.rs` `HEAD` | `ORDER BY ticket_id` | `kill`, `faults`, `store`, `day` |
//! | `store/src/open.rs` `configure` | `synchronous = NORMAL`, read back as 1 | `cut`, `faults::desk`, `faults::moved` |
//! | `store/src/act/mod.rs` `begun` | the answer of `repeated` is ignored | `kill`, `cut`, `faults`, `store` |
//! | the same, and `event_req` not `UNIQUE` | | `kill`, `cut`, `faults`, `store`, `fences` |
//! | `store/migrations` `ticket` | no `UNIQUE(day, prefix, number)` | `fences` |
//! | the same, and the allocator stands still now and then | | `kill`, `faults::full`, `year`, `store` |
//! | `store/src/act/issue.rs` | the allocator skips now and then | `kill`, `cut`, `faults::full`, `year` |
//! | `store/src/guard.rs` `check` | always in order | `faults::files`, `faults::moved`, `store` |
//! | `store/src/open.rs` `write_gated` | no second `guard.check()`, or its error as it is | `faults::moved` |
//! | `store/src/open.rs` `create` | no `sync_folder` | `cut` |
//! | `store/src/open.rs` `sync` | `wal_checkpoint(FULL)` | `faults::desk` |
//! | `store/src/server/write.rs` `attempt` | an answer that never came is one | `kill`, on a server |
//! | `store/migrations/postgres` `since` | changes need not reach back, two are kept | `server` |
//!
//! Nothing is red, because another line holds it as well: the gate alone removed (`IMMEDIATE`
//! remains), `IMMEDIATE` alone made `DEFERRED` (the gate remains).

mod child;
mod counters;
mod cut;
mod dice;
mod display;
mod faults;
mod figures;
mod hall;
mod kill;
mod province;
mod server;
mod year;

use dice::Dice;

/// Whether this is a long run.
fn long() -> bool {
    std::env::var("LUOT_TORTURE").is_ok_and(|length| length == "long")
}

/// A figure for the table at the end of `cargo xtask torture`.
#[expect(clippy::print_stdout, reason = "the long run collects these lines")]
pub(crate) fn figure(test: &str, what: &str, value: impl std::fmt::Display) {
    println!("figure|{test}|{what}|{value}");
}
