//! Two quantities of every network, or of every record, against each other, with the law between them.

use mlp_statistics::{Decided, Line, Pairs, median};

use super::{
    groups::{Grouping, Name},
    networks::{End, NONE, Networks},
    pool::{LEAST_POINTS, NoLaw, Pool},
    quantity::Quantity,
    rows::{Row, decided_cells, maybe, text, whole},
};
use crate::{
    error::Error,
    results::{
        columns::{Cell, ColumnKind},
        table_source::TableSource,
    },
};

/// Points that are kept to be drawn; of more, those of every second, third, ... network are.
const MOST_POINTS: usize = 1 << 18;

/// The most colours that have a law of their own.
const MOST_LAWS: usize = 12;

/// Grids of up to so many cells are coloured by cell where nothing else is asked for.
const USUAL_CELLS: u64 = 8;

/// What colours points.
#[derive(Clone, Debug, PartialEq)]
pub enum Coloring {
    /// Groups by name, and the group of each point.
    Groups {
        /// What the groups are: a key, `class`, `outcome`.
        label: String,
        /// Their names.
        names: Vec<String>,
        /// One index per point.
        of: Vec<usize>,
    },
    /// A number per point.
    Numbers {
        /// The number's name.
        label: String,
        /// One value per point.
        values: Vec<f64>,
    },
}

/// Points with their laws.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// The horizontal axis.
    pub x: Quantity,
    /// The vertical axis.
    pub y: Quantity,
    /// Whether points are records instead of networks.
    pub records: bool,
    /// Horizontal and vertical places.
    pub points: Vec<(f64, f64)>,
    /// Points that were fitted, of which `points` are those kept to be drawn.
    pub fitted: u64,
    /// Their colours.
    pub coloring: Coloring,
    /// The law of all points, then those of the groups.
    pub laws: Vec<Law>,
}

/// A line through the points of a scatter.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// Which points.
    pub name: Name,
    /// Both axes as asked for.
    pub axes: [String; 2],
    /// How many points there are.
    pub points: u64,
    /// The line of least squares, or why there is none.
    pub line: Result<Line, NoLaw>,
    /// Where one or two points decide the line, its slope without them.
    pub decided: Option<Decided>,
    /// Where points are records, the lines of single networks.
    pub single: Option<SingleLaws>,
}

/// Lines that were fitted to the records of one network each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleLaws {
    /// Networks with a line.
    pub networks: u64,
    /// The median of their slopes.
    pub slope: f64,
    /// The median of their R^2.
    pub r_squared: f64,
    /// Networks with an R^2 above 0.99.
    pub straight: u64,
}

/// What is asked of scatters beside their axes.
pub(super) struct Asked<'a> {
    pub(super) color: Option<&'a str>,
    pub(super) records: bool,
    pub(super) after: u64,
}

/// What colours a network or a record.
enum Palette {
    Groups {
        label: String,
        names: Vec<String>,
        /// By network.
        of: Vec<u32>,
    },
    Numbers(Quantity),
}

impl Palette {
    fn cells(networks: &Networks, cells: Grouping) -> Self {
        let group = |net| cells.group(net).map_or(NONE, |group| group as u32);
        Self::Groups {
            of: (0..networks.len()).map(group).collect(),
            label: cells.key.clone(),
            names: cells.labels,
        }
    }

    fn new(networks: &Networks, names: &[String], asked: Option<&str>) -> Result<Self, Error> {
        let axes = networks.experiment.axes();
        let listed = |axis: usize| (2..=MOST_LAWS).contains(&axes[axis].values.len());
        let small = networks.experiment.cells() <= USUAL_CELLS;
        if asked == Some("cell") || (asked.is_none() && small) {
            let cells = Grouping::by_cell(networks).filter(|c| c.labels.len() <= MOST_LAWS);
            match cells {
                Some(cells) => return Ok(Self::cells(networks, cells)),
                None if asked.is_none() => {}
                None => {
                    let reason = format!(
                        "cell: a grid of several keys and up to {MOST_LAWS} cells is needed"
                    );
                    return Err(Error::option("--color", reason));
                }
            }
        }
        let axis = match asked {
            Some(name) => {
                let column = crate::Key::parse(name).map(|key| key.column());
                let column = column.unwrap_or_else(|_| name.to_owned());
                axes.iter().position(|axis| axis.key.column() == column)
            }
            None => (0..axes.len()).find(|&axis| listed(axis)),
        };
        if let Some(axis) = axis.filter(|&axis| !axes[axis].is_continuous() && listed(axis)) {
            let place = |net: usize| {
                let cell = networks.experiment.cell_of(net as u64);
                let place = networks.experiment.place(cell, axis);
                place.map_or(NONE, |place| place as u32)
            };
            return Ok(Self::Groups {
                label: axes[axis].key.column(),
                names: axes[axis].labels(),
                of: (0..networks.len()).map(place).collect(),
            });
        }
        match asked {
            None | Some("outcome") => Ok(Self::Groups {
                label: "outcome".to_owned(),
                names: ["solved", "not solved"].map(str::to_owned).to_vec(),
                of: networks
                    .ends
                    .iter()
                    .map(|end| u32::from(*end != End::Solved))
                    .collect(),
            }),
            Some("class") => {
                let Some(classes) = networks.classes()? else {
                    return Err(Error::option("--color", super::how_to_have_classes()));
                };
                // The most frequent ones have a colour each, the others one together.
                let most = MOST_LAWS - 1;
                let own = 0..classes.len().min(most);
                let mut names: Vec<String> = own.map(|id| classes.name(id as u32)).collect();
                if classes.len() > most {
                    names.push(format!("{} others", classes.len() - most));
                }
                let last = names.len().saturating_sub(1) as u32;
                let of = classes.of.iter();
                Ok(Self::Groups {
                    label: "class".to_owned(),
                    of: of
                        .map(|class| match *class {
                            NONE => NONE,
                            class => class.min(last),
                        })
                        .collect(),
                    names,
                })
            }
            Some(name) => Quantity::parse(name, names)
                .map(Self::Numbers)
                .map_err(|reason| {
                    Error::option(
                        "--color",
                        format!("{reason} (or class, outcome, cell, a swept key)"),
                    )
                }),
        }
    }
}

/// The scatter of `X,Y`.
pub(super) fn scatter(networks: &Networks, axes: &str, asked: &Asked) -> Result<Scatter, Error> {
    let table = match asked.records {
        true => networks.tables.series_source()?,
        false => networks.tables.nets_source()?,
    };
    let names = table.names().to_vec();
    let Some((x, y)) = axes.split_once(',') else {
        let reason = format!("\"{axes}\" is not a pair; write X,Y as in '|W|^2,|b|^2'");
        return Err(Error::option("--scatter", reason));
    };
    let axis = |text: &str| {
        Quantity::parse(text, &names).map_err(|reason| Error::option("--scatter", reason))
    };
    let (x, y) = (axis(x)?, axis(y)?);
    let palette = Palette::new(networks, &names, asked.color)?;
    ScatterPoints::new(networks, x, y, &palette, asked).run(&*table)
}

/// Points as they come in.
struct ScatterPoints<'a> {
    networks: &'a Networks<'a>,
    x: Quantity,
    y: Quantity,
    palette: &'a Palette,
    asked: &'a Asked<'a>,
    points: Vec<(f64, f64)>,
    groups: Vec<usize>,
    numbers: Vec<f64>,
    /// Points of every such network are kept.
    stride: usize,
    all: Pool,
    by_group: Vec<Pool>,
    /// The records of one network, which come one after another.
    current: Option<(usize, Pairs)>,
    /// Group, slope and R^2 of single networks.
    single: Vec<(usize, f64, f64)>,
}

impl<'a> ScatterPoints<'a> {
    fn new(
        networks: &'a Networks<'a>,
        x: Quantity,
        y: Quantity,
        palette: &'a Palette,
        asked: &'a Asked<'a>,
    ) -> Self {
        let groups = match palette {
            Palette::Groups { names, .. } => names.len(),
            Palette::Numbers(_) => 0,
        };
        Self {
            networks,
            x,
            y,
            palette,
            asked,
            points: Vec::new(),
            groups: Vec::new(),
            numbers: Vec::new(),
            stride: 1,
            all: Pool::default(),
            by_group: vec![Pool::default(); groups],
            current: None,
            single: Vec::new(),
        }
    }

    fn run(mut self, table: &dyn TableSource) -> Result<Scatter, Error> {
        let names = table.names().to_vec();
        let mut columns = vec!["net", "step"];
        columns.extend(self.x.columns(&names));
        columns.extend(self.y.columns(&names));
        if let Palette::Numbers(quantity) = self.palette {
            columns.extend(quantity.columns(&names));
        }
        let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let records = self.records_a_network(table)?;
        self.stride = (self.networks.len() * records).div_ceil(MOST_POINTS).max(1);
        table.scan(Some(&columns), &mut |part| {
            let nets = part.integers("net").unwrap_or_default();
            let steps = part.integers("step").unwrap_or_default();
            let (x, y) = (self.x.values(part), self.y.values(part));
            let numbers = match self.palette {
                Palette::Numbers(quantity) => quantity.values(part),
                Palette::Groups { .. } => Vec::new(),
            };
            for (row, net) in nets.into_iter().map(|net| net as usize).enumerate() {
                let early = self.asked.records && (steps[row] as u64) < self.asked.after;
                if !early && self.networks.counts(net) {
                    self.push(net, x[row], y[row], numbers.get(row).copied());
                }
            }
            Ok(())
        })?;
        self.close_network();
        Ok(self.finish())
    }

    /// At most so many rows a network.
    fn records_a_network(&self, table: &dyn TableSource) -> Result<usize, Error> {
        if !self.asked.records {
            return Ok(1);
        }
        let mut rows = 0;
        table.scan(Some(&["net"]), &mut |part| {
            rows += part.rows();
            Ok(())
        })?;
        Ok(rows.div_ceil(self.networks.len().max(1)))
    }

    fn push(&mut self, net: usize, x: f64, y: f64, number: Option<f64>) {
        let group = match self.palette {
            Palette::Groups { of, .. } if of[net] == NONE => return,
            Palette::Groups { of, .. } => of[net] as usize,
            Palette::Numbers(_) => 0,
        };
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let experiment = self.networks.experiment;
        // Every draw is a cell of its own, and none of them decides much.
        let cell = (!experiment.is_drawn()).then(|| experiment.cell_of(net as u64));
        self.all.push(x, y, cell);
        if let Some(pool) = self.by_group.get_mut(group) {
            pool.push(x, y, cell);
        }
        if self.asked.records {
            if self.current.as_ref().is_none_or(|(last, _)| *last != net) {
                self.close_network();
                self.current = Some((net, Pairs::default()));
            }
            if let Some((_, pairs)) = &mut self.current {
                pairs.push(x, y);
            }
        }
        if net.is_multiple_of(self.stride) {
            self.points.push((x, y));
            self.groups.push(group);
            self.numbers.extend(number);
        }
    }

    fn close_network(&mut self) {
        let Some((net, pairs)) = self.current.take() else {
            return;
        };
        let group = match self.palette {
            Palette::Groups { of, .. } => of[net] as usize,
            Palette::Numbers(_) => 0,
        };
        if pairs.count() >= LEAST_POINTS
            && let Some(line) = pairs.line()
            && let Some(r_squared) = line.r_squared
        {
            self.single.push((group, line.slope, r_squared));
        }
    }

    fn finish(self) -> Scatter {
        let axes = [self.x.to_string(), self.y.to_string()];
        let law = |name: Name, pool: &Pool, group: Option<usize>| {
            let line = pool.law(&axes);
            Law {
                name,
                axes: axes.clone(),
                points: pool.count(),
                decided: line.as_ref().ok().and_then(|line| pool.decided(line)),
                line,
                single: self
                    .asked
                    .records
                    .then(|| self.single_laws(group))
                    .flatten(),
            }
        };
        let mut laws = vec![law(Name::default(), &self.all, None)];
        if let Palette::Groups { label, names, .. } = self.palette {
            let each = names.iter().zip(&self.by_group).enumerate();
            laws.extend(each.filter(|(_, (_, pool))| pool.count() > 0).map(
                |(group, (value, pool))| {
                    let name = Name {
                        key: label.clone(),
                        value: value.clone(),
                    };
                    law(name, pool, Some(group))
                },
            ));
        }
        Scatter {
            fitted: self.all.count(),
            coloring: match self.palette {
                Palette::Groups { label, names, .. } => Coloring::Groups {
                    label: label.clone(),
                    names: names.clone(),
                    of: self.groups,
                },
                Palette::Numbers(quantity) => Coloring::Numbers {
                    label: quantity.to_string(),
                    values: self.numbers,
                },
            },
            records: self.asked.records,
            points: self.points,
            laws,
            x: self.x,
            y: self.y,
        }
    }

    fn single_laws(&self, group: Option<usize>) -> Option<SingleLaws> {
        let own = |law: &&(usize, f64, f64)| group.is_none_or(|group| law.0 == group);
        let own: Vec<_> = self.single.iter().filter(own).collect();
        Some(SingleLaws {
            networks: own.len() as u64,
            slope: median(own.iter().map(|law| law.1))?,
            r_squared: median(own.iter().map(|law| law.2))?,
            straight: own.iter().filter(|law| law.2 > 0.99).count() as u64,
        })
    }
}

impl Row for Law {
    const NAME: &'static str = "laws";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("x", ColumnKind::Text),
        ("y", ColumnKind::Text),
        ("points", ColumnKind::Integer),
        ("slope", ColumnKind::Number),
        ("slope_error", ColumnKind::Number),
        ("intercept", ColumnKind::Number),
        ("r_squared", ColumnKind::Number),
        ("decided_by", ColumnKind::Integer),
        ("slope_without", ColumnKind::Number),
        ("single_networks", ColumnKind::Integer),
        ("single_slope", ColumnKind::Number),
        ("single_r_squared", ColumnKind::Number),
        ("single_straight", ColumnKind::Integer),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let line = self.line.as_ref().ok();
        let single = self.single;
        let [decided_by, slope_without] = decided_cells(self.decided);
        vec![
            text(&self.axes[0]),
            text(&self.axes[1]),
            whole(self.points),
            maybe(line.map(|line| line.slope)),
            maybe(line.and_then(|line| line.slope_error)),
            maybe(line.map(|line| line.intercept)),
            maybe(line.and_then(|line| line.r_squared)),
            decided_by,
            slope_without,
            single.map_or(Cell::Null, |single| whole(single.networks)),
            maybe(single.map(|single| single.slope)),
            maybe(single.map(|single| single.r_squared)),
            single.map_or(Cell::Null, |single| whole(single.straight)),
        ]
    }
}
