//! Finds what further languages say for the texts that the flows put together.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let languages = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../ui/lang");
    println!("cargo::rerun-if-changed={}", languages.display());
    let mut files = String::from("&[");
    for folder in std::fs::read_dir(&languages)? {
        let folder = folder?;
        let words = folder.path().join("LC_MESSAGES/words.po");
        if words.is_file() {
            let code = folder.file_name();
            write!(files, "({:?}, include_str!({:?})),", code.to_string_lossy(), words)?;
        }
    }
    files.push(']');
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    Ok(std::fs::write(out.join("languages.rs"), files)?)
}
