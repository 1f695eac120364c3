"""Where is a tropical cyclone, where an atmospheric river, pixel by pixel?"""
