//! The cells that are computed of a map that is refined step by step.
//!
//! A map is divided into blocks of cells, of which the first, the one with the smallest indices, is
//! computed and represents all. A block that is refined becomes up to four blocks of half its
//! height and width. So at any time, every cell has one that represents it.

use std::collections::BTreeSet;

use crate::{error::Error, map::MapAxes, resolve::resolved::Axis};

/// The minimum number of blocks along an axis before anything is refined.
const COARSE: usize = 8;

/// The size of a map, and that of its largest blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grid {
    facets: usize,
    rows: usize,
    columns: usize,
    /// Height and width of the largest blocks: powers of two.
    height: usize,
    width: usize,
}

impl Grid {
    /// Height and width of the blocks of a level.
    fn size(&self, level: usize) -> (usize, usize) {
        let halved = |length: usize| (length >> level).max(1);
        (halved(self.height), halved(self.width))
    }

    /// How often the largest blocks can be refined.
    fn levels(&self) -> usize {
        let longest = self.height.max(self.width);
        longest.trailing_zeros() as usize
    }

    fn cells(&self) -> usize {
        self.facets * self.rows * self.columns
    }
}

/// A block of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// How often it was halved.
    level: usize,
    facet: usize,
    /// Its first row and column.
    row: usize,
    column: usize,
}

/// The blocks of a map that are refined.
#[derive(Clone, Debug, PartialEq)]
pub struct Refinement {
    grid: Grid,
    refined: BTreeSet<Block>,
}

impl Refinement {
    /// Nothing is refined. Only axes of ascending or descending numbers are divided into blocks: one word of a list
    /// cannot represent another.
    ///
    /// # Errors
    /// Axes that are not those of a map.
    pub fn coarse(axes: Option<MapAxes<'_>>) -> Result<Self, Error> {
        let Some(axes) = axes else {
            return Err(Error::Conflict("only a map can be refined".to_owned()));
        };
        let length = |axis: Option<&Axis>| axis.map_or(1, |axis| axis.values.len());
        let coarse = |axis: Option<&Axis>| {
            let ordered = axis
                .and_then(Axis::numbers)
                .is_some_and(|numbers| numbers.is_sorted() || numbers.iter().rev().is_sorted());
            let mut size = 1;
            while ordered && length(axis) >= 2 * size * COARSE {
                size *= 2;
            }
            size
        };
        Ok(Self {
            grid: Grid {
                facets: axes.facets(),
                rows: length(axes.y),
                columns: length(Some(axes.x)),
                height: coarse(axes.y),
                width: coarse(Some(axes.x)),
            },
            refined: BTreeSet::new(),
        })
    }

    /// The current blocks of one level, refined or not.
    fn blocks(&self, level: usize) -> Vec<Block> {
        let grid = self.grid;
        if level > 0 {
            let above = self.refined.iter().filter(|block| block.level + 1 == level);
            return above.flat_map(|block| self.parts(*block)).collect();
        }
        let mut blocks = Vec::new();
        for facet in 0..grid.facets {
            for row in (0..grid.rows).step_by(grid.height) {
                for column in (0..grid.columns).step_by(grid.width) {
                    blocks.push(Block {
                        level,
                        facet,
                        row,
                        column,
                    });
                }
            }
        }
        blocks
    }

    /// The parts that a block is divided into; the first begins where it does.
    fn parts(&self, block: Block) -> Vec<Block> {
        let level = block.level + 1;
        let ((height, width), (low, narrow)) = (self.grid.size(block.level), self.grid.size(level));
        let mut parts = Vec::new();
        for row in (block.row..(block.row + height).min(self.grid.rows)).step_by(low) {
            for column in
                (block.column..(block.column + width).min(self.grid.columns)).step_by(narrow)
            {
                parts.push(Block {
                    level,
                    row,
                    column,
                    ..block
                });
            }
        }
        parts
    }

    fn cell(&self, facet: usize, row: usize, column: usize) -> usize {
        (facet * self.grid.rows + row) * self.grid.columns + column
    }

    fn first(&self, block: Block) -> usize {
        self.cell(block.facet, block.row, block.column)
    }

    /// The cells that must be computed to refine a block.
    pub fn new_cells(&self, block: Block) -> impl Iterator<Item = u64> {
        let parts = self.parts(block).into_iter();
        parts.skip(1).map(|part| self.first(part) as u64)
    }

    /// Refines a block.
    pub fn refine(&mut self, block: Block) {
        self.refined.insert(block);
    }

    /// The cell that represents each cell.
    pub fn sources(&self) -> Vec<usize> {
        let mut sources = vec![0; self.grid.cells()];
        for level in 0..=self.grid.levels() {
            let (height, width) = self.grid.size(level);
            for block in self.blocks(level) {
                let first = self.first(block);
                for row in block.row..(block.row + height).min(self.grid.rows) {
                    let end = (block.column + width).min(self.grid.columns);
                    let (from, to) = (
                        self.cell(block.facet, row, block.column),
                        self.cell(block.facet, row, end),
                    );
                    sources[from..to].fill(first);
                }
            }
        }
        sources
    }

    /// The cells that are computed, ascending.
    pub fn cells(&self) -> BTreeSet<u64> {
        let levels = 0..=self.grid.levels();
        let blocks = levels.flat_map(|level| self.blocks(level));
        blocks.map(|block| self.first(block) as u64).collect()
    }

    /// Up to `most` blocks to refine next: those that differ from a neighbour by more than `enough`,
    /// the largest blocks first, and among equally large ones those that differ most; then, in the
    /// same order, the others. `difference` compares two computed cells.
    pub fn next(
        &self,
        most: usize,
        enough: f64,
        difference: impl Fn(usize, usize) -> f64,
    ) -> Vec<Block> {
        let sources = self.sources();
        let mut found: Vec<(bool, usize, f64, Block)> = Vec::new();
        for level in 0..self.grid.levels() {
            for block in self.blocks(level) {
                if self.refined.contains(&block) {
                    continue;
                }
                let own = self.first(block);
                let differs = self
                    .beside(block, &sources)
                    .into_iter()
                    .map(|other| difference(own, other))
                    .fold(0.0, |a, b| if b > a { b } else { a });
                found.push((differs <= enough, level, -differs, block));
            }
        }
        found.sort_by(|a, b| {
            let by_size = (a.0, a.1).cmp(&(b.0, b.1));
            by_size.then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3))
        });
        found
            .into_iter()
            .take(most)
            .map(|(.., block)| block)
            .collect()
    }

    /// The computed cells adjacent to a block, edge to edge.
    fn beside(&self, block: Block, sources: &[usize]) -> BTreeSet<usize> {
        let (height, width) = self.grid.size(block.level);
        let rows = block.row..(block.row + height).min(self.grid.rows);
        let columns = block.column..(block.column + width).min(self.grid.columns);
        let mut beside = BTreeSet::new();
        let mut look = |row: usize, column: usize| {
            beside.insert(sources[self.cell(block.facet, row, column)]);
        };
        for row in rows.clone() {
            if columns.start > 0 {
                look(row, columns.start - 1);
            }
            if columns.end < self.grid.columns {
                look(row, columns.end);
            }
        }
        for column in columns {
            if rows.start > 0 {
                look(rows.start - 1, column);
            }
            if rows.end < self.grid.rows {
                look(rows.end, column);
            }
        }
        beside
    }

    /// The refined blocks as a text: level by level, one bit for each block, the highest bit
    /// of a hexadecimal digit first; trailing zeros are omitted.
    pub fn to_text(&self) -> String {
        let levels = 0..self.grid.levels();
        let blocks = levels.flat_map(|level| self.blocks(level));
        let bits: Vec<bool> = blocks.map(|block| self.refined.contains(&block)).collect();
        let digit = |bits: &[bool]| {
            let set = bits.iter().enumerate().filter(|(_, bit)| **bit);
            let value = set.fold(0, |digit, (place, _)| digit | 8 >> place);
            char::from_digit(value, 16).unwrap_or('0')
        };
        let text: String = bits.chunks(4).map(digit).collect();
        match text.trim_end_matches('0') {
            "" => "0".to_owned(),
            text => text.to_owned(),
        }
    }

    /// Reads what [`to_text`](Self::to_text) wrote of a map of this size.
    ///
    /// # Errors
    /// A text that is not of this map.
    pub fn read(mut self, text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::key(
                "cells",
                "not a description of the computed cells of this map; leave it out to choose them again",
            )
        };
        let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
        let digits = digits.ok_or_else(wrong)?;
        let mut bits = digits
            .into_iter()
            .flat_map(|digit| [8, 4, 2, 1].map(|bit| digit & bit != 0));
        for level in 0..self.grid.levels() {
            for block in self.blocks(level) {
                if bits.next() == Some(true) {
                    self.refined.insert(block);
                }
            }
        }
        if bits.any(|bit| bit) {
            return Err(wrong());
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coarse(
        facets: usize,
        rows: usize,
        columns: usize,
        height: usize,
        width: usize,
    ) -> Refinement {
        Refinement {
            grid: Grid {
                facets,
                rows,
                columns,
                height,
                width,
            },
            refined: BTreeSet::new(),
        }
    }

    /// A circle: inside it cells are 1, outside 0.
    fn circle(cell: usize) -> f64 {
        let (row, column) = (cell / 37 % 20, cell % 37);
        let (y, x) = (row as f64 - 9.0, (column as f64 - 20.0) / 2.0);
        f64::from(u8::from(y * y + x * x < 30.0))
    }

    #[test]
    fn every_cell_has_one_that_stands_for_it() {
        let mut map = coarse(2, 20, 37, 4, 8);
        let mut computed = map.cells();
        assert_eq!(computed.len(), 2 * 5 * 5);
        loop {
            let sources = map.sources();
            assert!(
                sources
                    .iter()
                    .all(|cell| computed.contains(&(*cell as u64)))
            );
            assert!(
                computed
                    .iter()
                    .all(|cell| sources[*cell as usize] as u64 == *cell)
            );
            let text = map.to_text();
            assert_eq!(coarse(2, 20, 37, 4, 8).read(&text).unwrap(), map);
            let next = map.next(17, 0.5, |a, b| (circle(a) - circle(b)).abs());
            if next.is_empty() {
                break;
            }
            for block in next {
                let before = computed.len();
                computed.extend(map.new_cells(block));
                assert_eq!(computed.len(), before + map.parts(block).len() - 1);
                map.refine(block);
            }
            assert_eq!(map.cells(), computed);
        }
        // In the end everything is computed.
        assert_eq!(computed.len(), 2 * 20 * 37);
        assert!(map.sources().into_iter().eq(0..2 * 20 * 37));
    }

    #[test]
    fn edges_are_refined_before_plains() {
        let mut map = coarse(1, 20, 37, 4, 8);
        loop {
            let next = map.next(8, 0.5, |a, b| (circle(a) - circle(b)).abs());
            let differs = |block: &Block| {
                let sources = map.sources();
                let own = circle(map.first(*block));
                map.beside(*block, &sources)
                    .into_iter()
                    .any(|other| circle(other) != own)
            };
            if !next.iter().all(differs) {
                break;
            }
            next.into_iter().for_each(|block| map.refine(block));
        }
        // The edge is drawn exactly, for less than the whole.
        let cells = map.cells();
        assert!(cells.len() < 20 * 37 * 2 / 3, "{}", cells.len());
        let wrong = map
            .sources()
            .iter()
            .enumerate()
            .filter(|(cell, source)| circle(*cell) != circle(**source))
            .count();
        assert_eq!(wrong, 0);
    }

    #[test]
    fn texts_of_other_maps_are_refused() {
        for text in ["g", "0 1", "ffffffffffffffffffff"] {
            assert!(coarse(1, 4, 16, 1, 2).read(text).is_err(), "{text}");
        }
        assert_eq!(coarse(1, 4, 16, 1, 2).read("0").unwrap().to_text(), "0");
        // Without anything to refine no bit is set.
        assert!(coarse(1, 4, 4, 1, 1).read("8").is_err());
    }
}
