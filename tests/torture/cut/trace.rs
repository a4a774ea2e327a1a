//! Reading what `strace -f -xx` wrote: the system calls that change files, in order.

use std::collections::BTreeMap;

/// What is recorded. Calls that could change a file in a way the model does not know are recorded
/// so that they are noticed.
pub(crate) const CALLS: &str = "open,openat,creat,close,write,pwrite64,writev,pwritev,pwritev2,\
    truncate,ftruncate,fallocate,copy_file_range,sendfile,fsync,fdatasync,sync_file_range,rename,\
    renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,dup,dup2,dup3";

/// One call that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Open { fd: i64, path: String, create: bool, truncate: bool },
    Close { fd: i64 },
    Write { fd: i64, at: Option<usize>, data: Vec<u8> },
    Truncate { fd: i64, len: usize },
    Sync { fd: i64 },
    Rename { from: String, to: String },
    Unlink { path: String },
    Other { name: String, fd: Option<i64> },
}

/// The calls of a trace. A call that was interrupted by another thread's line counts where it ended.
pub(crate) fn parse(text: &str) -> Vec<Call> {
    let mut halves: BTreeMap<&str, String> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((process, line)) = line.trim_start().split_once(' ') else { continue };
        let line = line.trim_start();
        if let Some(half) = line.strip_suffix(" <unfinished ...>") {
            halves.insert(process, half.to_owned());
        } else if let Some(rest) = line.strip_prefix("<... ") {
            let rest = rest.split_once(" resumed>").map_or(rest, |(_, rest)| rest);
            let whole = halves.remove(process).unwrap_or_default() + rest;
            calls.extend(call(&whole));
        } else {
            calls.extend(call(line));
        }
    }
    calls
}

fn call(line: &str) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") ")?;
    let result = result.trim_start().strip_prefix("= ")?;
    let result: i64 = result.split_whitespace().next()?.parse().ok()?;
    if result < 0 {
        return None;
    }
    assert!(!arguments.contains("\"..."), "the trace cut a string off: {name}");
    let arguments: Vec<&str> = arguments.split(", ").collect();
    let path = |at: usize| String::from_utf8(text(arguments[at])).unwrap();
    let fd = || arguments[0].parse::<i64>().ok();
    Some(match name {
        "open" | "openat" => {
            let at = usize::from(name == "openat");
            let flags = arguments[at + 1];
            Call::Open {
                fd: result,
                path: path(at),
                create: flags.contains("O_CREAT"),
                truncate: flags.contains("O_TRUNC"),
            }
        }
        "close" => Call::Close { fd: fd()? },
        "write" | "pwrite64" => {
            let mut data = text(arguments[1]);
            data.truncate(usize::try_from(result).unwrap());
            let at = arguments.get(3).map(|at| at.parse().unwrap());
            Call::Write { fd: fd()?, at, data }
        }
        "ftruncate" => Call::Truncate { fd: fd()?, len: arguments[1].parse().unwrap() },
        "fsync" | "fdatasync" => Call::Sync { fd: fd()? },
        "rename" => Call::Rename { from: path(0), to: path(1) },
        "unlink" => Call::Unlink { path: path(0) },
        _ => Call::Other { name: name.to_owned(), fd: fd() },
    })
}

/// The bytes of a string that `-xx` wrote: `"\x2f\x74"`.
fn text(quoted: &str) -> Vec<u8> {
    let inner = quoted.trim_matches('"');
    inner.split("\\x").skip(1).map(|hex| u8::from_str_radix(hex, 16).unwrap()).collect()
}

#[test]
fn a_trace_is_read() {
    let text = "\
12 openat(AT_FDCWD, \"\\x2f\\x61\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3
12 pwrite64(3, \"\\x00\\x01\\xff\", 3, 4096 <unfinished ...>
13 fsync(9)                          = 0
12 <... pwrite64 resumed>)           = 2
12 fsync(3)                          = -1 EIO (Input/output error) (INJECTED)
12 +++ exited with 0 +++
";
    assert_eq!(
        parse(text),
        [
            Call::Open { fd: 3, path: "/a".into(), create: true, truncate: false },
            Call::Sync { fd: 9 },
            Call::Write { fd: 3, at: Some(4096), data: vec![0, 1] },
        ]
    );
}
