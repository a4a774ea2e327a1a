//! What a bench of a face says of the times it took, against the bar of the design (§5).

use std::time::Duration;

/// What the design asks for.
const BAR: Duration = Duration::from_millis(100);

/// Prints how many there were, the median, the 99th of a hundred, the longest, and the machine's load.
pub(crate) fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let of = |percent: usize| times[(times.len() - 1) * percent / 100];
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let (p50, p99) = (of(50), of(99));
    let kept = if p99 <= BAR { "kept" } else { "not kept" };
    println!(
        "{what}, n = {}: p50 {p50:.1?}, p99 {p99:.1?}, longest {:.1?}; bar p99 ≤ 100 ms: {kept}; load {load}",
        times.len(),
        of(100)
    );
}
