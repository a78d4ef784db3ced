"""Checks of the model: published cases, independent solvers, raids, salvos, past crises, laws."""
