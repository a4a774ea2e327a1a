//! The far end of a counter's serial line.

use std::fs::File;
use std::io::Read;

/// Reads until these bytes have come.
pub(crate) fn expect(line: &mut File, wanted: &[u8]) {
    let (mut got, mut byte) = (Vec::new(), [0]);
    while !got.ends_with(wanted) {
        line.read_exact(&mut byte).unwrap();
        got.push(byte[0]);
    }
}
