//! IDX, the format of MNIST: images in one file, their labels in another.
//!
//! <http://yann.lecun.com/exdb/mnist/>: two zero bytes, the number type, the number of dimensions, each dimension in 32
//! bits, then the numbers; everything is big-endian.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::binary::{Layout, Matrix, NumberType, Numbers, column_names};
use crate::files::{FileKind, Source, malformed, unreadable};
use crate::table::{Assembler, Columns, RowDestination};
use crate::{Dataset, Error, Place};

pub(crate) const KIND: FileKind = FileKind::new(
    "idx",
    &[
        "idx3-ubyte",
        "idx2-ubyte",
        "idx4-ubyte",
        "idx1-ubyte",
        "idx",
    ],
    "images as MNIST has them; the labels are found beside them, as `labels` where `images` stands",
    read,
)
.without_names();

/// The name of the labels' column.
const LABEL: &str = "label";

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_text_options("IDX", options)?;
    let file = source.name;
    let wants_labels = options.rows().is_none();
    let beside = match wants_labels {
        true => labels_beside(&source).map(Some),
        false => Ok(None),
    };
    let mut images = Array::open(source)?;
    if images.shape.len() < 2 {
        let problem = "these seem to be labels: one number per sample; give the file of the images";
        return Err(malformed(file, None, problem));
    }
    let samples = images.layout.rows;
    let labels = match beside? {
        Some(path) => Some(labels(&path, file, samples)?),
        None => None,
    };
    if samples == 0 || images.layout.width == 0 {
        let problem = "there is no image, or none has a pixel";
        return Err(malformed(file, None, problem));
    }
    let width = images.layout.width;
    let shape = std::mem::take(&mut images.shape);
    let mut columns = column_names(file, width, |pixel| pixel_name(&shape[1..], pixel))?;
    if labels.is_some() {
        columns.push(LABEL.to_owned());
    }
    let columns = Columns {
        targets: columns.len() - width,
        names: columns,
        weight: None,
    };
    let mut assembler = Assembler::new(file, columns, options, Some(samples as u64))?;
    if images.proven {
        assembler.reserve(samples)?;
    }
    let mut matrix = Matrix::open(file, images.layout, images.reader, false)?;
    for row in 0..samples {
        let pixels = matrix.next(file)?;
        assembler.push(Place::Row(row as u64 + 1), |column| match &labels {
            Some(labels) if column == width => labels.cell(row, 0),
            _ => pixels.cell(row, column),
        })?;
    }
    matrix.finish(file)?;
    assembler.finish()
}

/// The labels of this many images, which are in a separate file.
fn labels(path: &Path, images: &str, samples: usize) -> Result<Numbers, Error> {
    let name = path.display().to_string();
    let labels = Array::open(Source::open(path, &name)?)?;
    if labels.shape.len() != 1 {
        let problem = format!(
            "the labels have {} dimensions; one number per sample is expected",
            labels.shape.len()
        );
        return Err(malformed(&name, None, problem));
    }
    let found = labels.layout.rows;
    if samples != found {
        let problem = format!("{found} labels are here and {samples} images in `{images}`");
        return Err(malformed(&name, None, problem));
    }
    Matrix::open(&name, labels.layout, labels.reader, true)?.finish(&name)
}

/// `pixel_0_3` for rows and columns, `pixel4` where there is one dimension.
fn pixel_name(shape: &[usize], pixel: usize) -> String {
    if let [_] = shape {
        return format!("pixel{}", pixel + 1);
    }
    let mut rest = pixel;
    let mut places: Vec<String> = shape
        .iter()
        .rev()
        .map(|&size| {
            let place = rest % size;
            rest /= size;
            place.to_string()
        })
        .collect();
    places.reverse();
    format!("pixel_{}", places.join("_"))
}

/// The file of the labels: `train-images-idx3-ubyte.gz` has them in `train-labels-idx1-ubyte.gz`, or unpacked.
fn labels_beside(source: &Source<'_>) -> Result<PathBuf, Error> {
    let name = source
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let Some((before, after)) = plain.rsplit_once("images") else {
        let problem = "the labels are found beside the images by MNIST's names; call the files \
                       `<name>-images-idx3-ubyte` and `<name>-labels-idx1-ubyte`";
        return Err(malformed(source.name, None, problem));
    };
    let after = ["idx2", "idx3", "idx4"]
        .iter()
        .fold(after.to_owned(), |name, idx| name.replace(idx, "idx1"));
    let plain = source.path.with_file_name(format!("{before}labels{after}"));
    let packed = source
        .path
        .with_file_name(format!("{before}labels{after}.gz"));
    let wanted = if source.packed {
        [packed, plain]
    } else {
        [plain, packed]
    };
    match wanted.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => {
            let problem = format!(
                "the labels are missing; they are expected beside the images as `{}`",
                wanted[0].display()
            );
            Err(malformed(source.name, None, problem))
        }
    }
}

/// A file whose header is read.
struct Array {
    shape: Vec<usize>,
    layout: Layout,
    reader: Box<dyn Read>,
    /// Whether the file's length agrees with its header.
    proven: bool,
}

impl Array {
    fn open(source: Source<'_>) -> Result<Self, Error> {
        let (file, length) = (source.name, source.length());
        let refuse = |problem: String| malformed(file, None, problem);
        let mut reader = source.reader();
        let mut exact = |bytes: &mut [u8]| match reader.read_exact(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(refuse(
                "the file ends within its header; is it complete?".to_owned(),
            )),
            other => other.map_err(|source| unreadable(file, source)),
        };
        let mut magic = [0; 4];
        exact(&mut magic)?;
        let [0, 0, kind, dimensions] = magic else {
            return Err(refuse(
                "this is not an IDX file: it does not begin with two zero bytes".to_owned(),
            ));
        };
        let number = match kind {
            0x08 => NumberType::U8,
            0x09 => NumberType::I8,
            0x0B => NumberType::I16,
            0x0C => NumberType::I32,
            0x0D => NumberType::F32,
            0x0E => NumberType::F64,
            other => {
                let problem = format!(
                    "the header names the number type {other:#04x}, which IDX does not have; is the file damaged?"
                );
                return Err(refuse(problem));
            }
        };
        if dimensions == 0 {
            return Err(refuse(
                "the header has no dimensions; at least one is needed".to_owned(),
            ));
        }
        let mut shape = Vec::with_capacity(usize::from(dimensions));
        for _ in 0..dimensions {
            let mut size = [0; 4];
            exact(&mut size)?;
            shape.push(u32::from_be_bytes(size) as usize);
        }
        let width = shape[1..]
            .iter()
            .try_fold(1usize, |width, &size| width.checked_mul(size));
        let layout = width.map(|width| Layout {
            rows: shape[0],
            width,
            number,
            big_endian: true,
            by_column: false,
        });
        let bytes = layout.and_then(|layout| layout.bytes());
        let (Some(layout), Some(bytes)) = (layout, bytes) else {
            return Err(refuse(
                "the header claims more numbers than any file can hold".to_owned(),
            ));
        };
        let header = 4 + 4 * u64::from(dimensions);
        if let Some(length) = length
            && bytes.checked_add(header) != Some(length)
        {
            let there = length.saturating_sub(header);
            return Err(refuse(format!(
                "the header claims {bytes} bytes of numbers, but the file has {there}; is it complete?"
            )));
        }
        Ok(Self {
            shape,
            layout,
            reader,
            proven: length.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ndarray::array;

    use super::*;
    use crate::table::CsvOptions;
    use crate::{Targets, read_file};

    fn idx(kind: u8, shape: &[u32], data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, kind, shape.len() as u8];
        for size in shape {
            bytes.extend(size.to_be_bytes());
        }
        bytes.extend(data);
        bytes
    }

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn message(path: &Path) -> String {
        let error = read_file(path, &CsvOptions::default()).unwrap_err();
        error
            .to_string()
            .replace(&format!("{}/", path.parent().unwrap().display()), "")
    }

    #[test]
    fn images_find_their_labels() {
        let images = idx(8, &[3, 1, 2], &[0, 255, 1, 2, 3, 4]);
        let labels = idx(8, &[3], &[7, 0, 7]);
        for (images_name, labels_name, packed) in [
            ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", false),
            ("train-images.idx3-ubyte", "train-labels.idx1-ubyte", false),
            (
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz",
                true,
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let bytes = |bytes: &[u8]| if packed { pack(bytes) } else { bytes.to_vec() };
            let path = folder.path().join(images_name);
            std::fs::write(&path, bytes(&images)).unwrap();
            std::fs::write(folder.path().join(labels_name), bytes(&labels)).unwrap();
            let set = read_file(&path, &CsvOptions::default()).unwrap();
            assert_eq!(set.inputs(), array![[0.0, 255.0], [1.0, 2.0], [3.0, 4.0]]);
            assert_eq!(set.feature_names(), ["pixel_0_0", "pixel_0_1"]);
            let names = vec!["0".to_owned(), "7".to_owned()];
            let labels = vec![1, 0, 1];
            assert_eq!(set.targets(), &Targets::Classes { labels, names });
            assert_eq!(set.target_columns(), [LABEL]);
        }
    }

    #[test]
    fn floats_and_other_dimensions_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let data: Vec<u8> = [0.5f32, -1.0]
            .iter()
            .flat_map(|x| x.to_be_bytes())
            .collect();
        let path = folder.path().join("my-images-idx2-ubyte");
        std::fs::write(&path, idx(0x0D, &[2, 1], &data)).unwrap();
        let labels = folder.path().join("my-labels-idx1-ubyte");
        std::fs::write(&labels, idx(0x0B, &[2], &[0, 1, 0xFF, 0xFF])).unwrap();
        let set = read_file(&path, &CsvOptions::default()).unwrap();
        assert_eq!(set.inputs(), array![[0.5], [-1.0]]);
        assert_eq!(set.feature_names(), ["pixel1"]);
        assert_eq!(set.class_names().unwrap(), ["-1", "1"]);
        assert_eq!(pixel_name(&[2, 3, 4], 23), "pixel_1_2_3");
    }

    #[test]
    fn what_is_wrong_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-images-idx3-ubyte");
        let labels = folder.path().join("a-labels-idx1-ubyte");
        let good = idx(8, &[2, 1, 1], &[0, 255]);
        std::fs::write(&path, &good).unwrap();
        assert_eq!(
            message(&path),
            "`a-images-idx3-ubyte`: the labels are missing; they are expected beside the images as `a-labels-idx1-ubyte`"
        );
        std::fs::write(&labels, idx(8, &[3], &[0, 1, 2])).unwrap();
        assert_eq!(
            message(&path),
            "`a-labels-idx1-ubyte`: 3 labels are here and 2 images in `a-images-idx3-ubyte`"
        );
        assert!(message(&labels).contains("these seem to be labels"));
        std::fs::write(&labels, idx(8, &[2], &[0, 1])).unwrap();
        std::fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert_eq!(
            message(&path),
            "`a-images-idx3-ubyte`: the header claims 2 bytes of numbers, but the file has 1; is it complete?"
        );
        std::fs::write(&path, idx(7, &[2, 1, 1], &[0, 255])).unwrap();
        assert!(message(&path).contains("type 0x07"));
        std::fs::write(&path, b"text").unwrap();
        assert!(message(&path).contains("this is not an IDX file"));
        std::fs::write(&path, idx(8, &[u32::MAX; 3], &[])).unwrap();
        assert!(message(&path).contains("than any file can hold"));
        let options = CsvOptions {
            format: crate::table::TableFormat {
                header: Some(true),
                ..Default::default()
            },
            ..Default::default()
        };
        let error = read_file(&path, &options).unwrap_err().to_string();
        assert!(
            error.contains("`header` is for tables of text; leave it out for IDX"),
            "{error}"
        );
    }

    #[test]
    fn packed_claims_are_refused_by_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-images-idx3-ubyte.gz");
        let rows = 3_000_000_000;
        std::fs::write(&path, pack(&idx(8, &[rows, 100, 10], &[1, 2, 3]))).unwrap();
        let labels = folder.path().join("a-labels-idx1-ubyte.gz");
        std::fs::write(&labels, pack(&idx(8, &[rows], &[1, 2, 3]))).unwrap();
        // Labels are read first, and are not there.
        assert!(
            message(&path).contains("the file ends before its last number"),
            "{}",
            message(&path)
        );
        std::fs::write(&path, pack(&idx(8, &[3, u32::MAX, 10], &[1, 2, 3]))).unwrap();
        std::fs::write(&labels, pack(&idx(8, &[3], &[1, 2, 3]))).unwrap();
        assert!(
            message(&path).contains("and at most 1048576 are read"),
            "{}",
            message(&path)
        );
    }

    #[test]
    fn sixty_thousand_images() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-images-idx3-ubyte");
        let data: Vec<u8> = (0..60_000 * 784).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, idx(8, &[60_000, 28, 28], &data)).unwrap();
        let labels: Vec<u8> = (0..60_000).map(|i| (i % 10) as u8).collect();
        let labels_path = folder.path().join("a-labels-idx1-ubyte");
        std::fs::write(labels_path, idx(8, &[60_000], &labels)).unwrap();
        let set = read_file(&path, &CsvOptions::default()).unwrap();
        assert_eq!((set.samples(), set.features()), (60_000, 784));
        assert_eq!(
            set.inputs()[[59_999, 783]],
            f64::from(data[60_000 * 784 - 1])
        );
    }
}
