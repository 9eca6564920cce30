//! Writes archives reproducibly, so that equal files result in equal bytes, and unpacks archives.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::failure::{Context as _, Result};

/// Permissions of a program. Without execute permission, Terraform installs the provider but cannot
/// start it.
const PROGRAM: u32 = 0o755;

const TEXT: u32 = 0o644;

/// Writes an archive of a program, which gets the given name in the archive, and of text files.
pub(crate) fn write(archive: &Path, name: &str, program: &Path, texts: &[&Path]) -> Result<()> {
    let doing = format!("Writing {}", archive.display());
    let mut zip = ZipWriter::new(File::create(archive).context(&doing)?);
    add(&mut zip, name, program, PROGRAM)?;
    for text in texts {
        let name = text.file_name().context(format!("{} has no file name", text.display()))?;
        add(&mut zip, &name.to_string_lossy(), text, TEXT)?;
    }
    zip.finish().context(&doing)?;
    Ok(())
}

/// Unpacks an archive into a folder, which is created if it does not exist.
pub(crate) fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let doing = format!("Unpacking {}", archive.display());
    let file = File::open(archive).context(&doing)?;
    ZipArchive::new(file).and_then(|mut zip| zip.extract(folder)).context(&doing)
}

fn add(zip: &mut ZipWriter<File>, name: &str, file: &Path, mode: u32) -> Result<()> {
    let bytes = std::fs::read(file).context(format!("Reading {}", file.display()))?;
    // A fixed time, so that two archives of one program are equal.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(mode);
    zip.start_file(name, options).context(format!("Packing {name}"))?;
    zip.write_all(&bytes).context(format!("Packing {name}"))
}
