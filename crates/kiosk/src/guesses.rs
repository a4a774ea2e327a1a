//! The hand that keeps how often the PIN was guessed.

use std::sync::mpsc;
use std::thread::JoinHandle;

use queue::Tries;
use station::guesses::Guesses;

/// Starts the thread that writes them down, because a disk may be slow and a flow may not; it ends
/// when the sender is dropped.
pub(crate) fn start(
    file: Guesses,
    orders: mpsc::Receiver<Tries>,
) -> std::io::Result<JoinHandle<()>> {
    let keep = move || orders.iter().for_each(|tries| file.keep(tries));
    std::thread::Builder::new().name("guesses".into()).spawn(keep)
}
