"""What judges the model: published cases, independent solvers, raids, salvos, past crises, laws."""
