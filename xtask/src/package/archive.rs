//! One archive: the same bytes for the same files, whoever makes it and when.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::failure::{Context as _, Result};

/// A program may be run by everybody; without this Terraform installs it and cannot start it.
const PROGRAM: u32 = 0o755;

const TEXT: u32 = 0o644;

/// Writes an archive of a program, under the name that it shall have, and of texts beside it.
pub(crate) fn write(archive: &Path, name: &str, program: &Path, texts: &[&Path]) -> Result<()> {
    let doing = format!("Writing {}", archive.display());
    let mut zip = ZipWriter::new(File::create(archive).context(&doing)?);
    add(&mut zip, name, program, PROGRAM)?;
    for text in texts {
        let name = text.file_name().context(format!("{} has no name", text.display()))?;
        add(&mut zip, &name.to_string_lossy(), text, TEXT)?;
    }
    zip.finish().context(&doing)?;
    Ok(())
}

fn add(zip: &mut ZipWriter<File>, name: &str, file: &Path, mode: u32) -> Result<()> {
    let bytes = std::fs::read(file).context(format!("Reading {}", file.display()))?;
    // No time of its own: two archives of the same program are the same.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(mode);
    zip.start_file(name, options).context(format!("Packing {name}"))?;
    zip.write_all(&bytes).context(format!("Packing {name}"))
}
